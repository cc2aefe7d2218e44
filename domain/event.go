package domain

import "time"

// EventKind names what happened, in the words of the security log.
type EventKind string

// Everything that is recorded. A refresh that goes well is not: the request log has it.
const (
	EventLoginSucceeded   EventKind = "login_succeeded"
	EventLoginRefused     EventKind = "login_refused"
	EventTokenReused      EventKind = "token_reused"
	EventUntrackedTakenIn EventKind = "untracked_token_taken_in"
	EventLoggedOut        EventKind = "logged_out"
	EventSessionRevoked   EventKind = "session_revoked"
	EventSessionsRevoked  EventKind = "sessions_revoked"
	EventUserAdded        EventKind = "user_added"
	EventUsersImported    EventKind = "users_imported"
	EventUserUpdated      EventKind = "imported_user_updated"
	EventUserDisabled     EventKind = "user_disabled"
	EventUserEnabled      EventKind = "user_enabled"
	EventUserRemoved      EventKind = "user_removed"
	EventPasswordChanged  EventKind = "password_changed"
	EventPasswordRefused  EventKind = "password_change_refused"
	EventPasswordRehashed EventKind = "password_rehashed"
	EventEmailChanged     EventKind = "email_changed"
)

// Reason says why a session ended or a request was refused.
type Reason string

// Why a session ended, or why a login or a token was refused.
const (
	ReasonReuse           Reason = "token_reused"
	ReasonLogout          Reason = "logged_out"
	ReasonLogoutOthers    Reason = "logged_out_elsewhere"
	ReasonLogoutGlobal    Reason = "logged_out_everywhere"
	ReasonUser            Reason = "revoked_by_user"
	ReasonToken           Reason = "revoked_by_token"
	ReasonOperator        Reason = "revoked_by_operator"
	ReasonPasswordChanged Reason = "password_changed"
	ReasonUserDisabled    Reason = "user_disabled"
	ReasonUserRemoved     Reason = "user_removed"
	ReasonTooMany         Reason = "too_many_sessions"

	ReasonUserUnknown   Reason = "user_unknown"
	ReasonWrongPassword Reason = "wrong_password"
	ReasonUserChanged   Reason = "user_changed"

	// A reused token is recent (the one just replaced, its grace over), stale (older) or orphaned (signed by us but
	// newer than the session, as after a database was restored).
	ReasonReuseRecent   Reason = "recent"
	ReasonReuseStale    Reason = "stale"
	ReasonReuseOrphaned Reason = "orphaned"
)

// Client is where a request came from. Both texts are for people to read: nothing is decided by them.
type Client struct {
	Address   string
	UserAgent string
}

// Bounds of a client's texts, in characters.
const (
	MaxAddressLength   = 64
	MaxUserAgentLength = 256
)

// NewClient makes what a request says of itself fit for the store.
func NewClient(address, userAgent string) Client {
	return Client{
		Address:   CleanedText(address, MaxAddressLength),
		UserAgent: CleanedText(userAgent, MaxUserAgentLength),
	}
}

// Event is a security event. It holds identifiers only: no password, no token, and nothing that a caller typed, since
// people type passwords into the wrong field.
type Event struct {
	Kind      EventKind
	At        time.Time
	UserID    string
	SessionID string
	Reason    Reason
	Client    Client
	// Count is how many sessions ended, where several can.
	Count int
}
