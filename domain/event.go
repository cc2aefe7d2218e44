package domain

import (
	"regexp"
	"time"
)

// EventKind names what happened, in the words of the security log.
type EventKind string

// Everything that is recorded. A refresh that goes well is not: the request log has it.
const (
	EventLoginSucceeded   EventKind = "login_succeeded"
	EventLoginRefused     EventKind = "login_refused"
	EventLoginLimited     EventKind = "login_limited"
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
	EventUserUnlocked     EventKind = "user_unlocked"
	EventPasswordChanged  EventKind = "password_changed"
	EventPasswordRefused  EventKind = "password_change_refused"
	EventPasswordLimited  EventKind = "password_change_limited"
	EventPasswordRehashed EventKind = "password_rehashed"
	EventEmailChanged     EventKind = "email_changed"
	EventClientRefused    EventKind = "client_refused"
	EventClientLimited    EventKind = "client_limited"
	EventKeyAdded         EventKind = "key_added"
	EventWeakSetting      EventKind = "weak_setting"
)

// OutcomeDetected is the outcome of what somebody should look into.
const OutcomeDetected = "detected"

// Outcome says in one word how it ended: "done", "refused", "limited" or OutcomeDetected.
func (k EventKind) Outcome() string {
	switch k {
	case EventLoginRefused, EventPasswordRefused, EventClientRefused:
		return "refused"
	case EventLoginLimited, EventPasswordLimited, EventClientLimited:
		return "limited"
	case EventTokenReused, EventWeakSetting:
		return OutcomeDetected
	default:
		return "done"
	}
}

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

	// A client that may not introspect and revoke tokens: none of that id, or with another secret.
	ReasonClientUnknown Reason = "client_unknown"
	ReasonWrongSecret   Reason = "wrong_secret"

	// A reused token is recent (the one just replaced, its grace over), stale (older) or orphaned (signed by us but
	// newer than the session, as after a database was restored).
	ReasonReuseRecent   Reason = "recent"
	ReasonReuseStale    Reason = "stale"
	ReasonReuseOrphaned Reason = "orphaned"

	// Which limit was reached: of the account, the network address, the account's known device, or wrong secrets of clients.
	ReasonAccountLimit Reason = "account_limit"
	ReasonAddressLimit Reason = "address_limit"
	ReasonDeviceLimit  Reason = "device_limit"
	ReasonClientLimit  Reason = "client_limit"
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

// Event is a security event. It holds no password and no token. What a caller typed is in Attempted alone, and only if
// it cannot be taken for a password.
type Event struct {
	// ID is given to an event that is stored, so that it is stored once.
	ID        string
	Kind      EventKind
	At        time.Time
	UserID    string
	SessionID string
	Reason    Reason
	Client    Client
	// Attempted is the folded address that somebody tried to log in with, if it is nobody's. See AttemptedEmail.
	Attempted string
	// Detail is a word of ours: the key that was added, the setting that is weak, the client that is configured.
	Detail string
	// Count is how many sessions ended, where several can.
	Count int
}

// MaxDetailLength bounds Event.Detail, in characters.
const MaxDetailLength = 128

// mailForm is narrower than CheckEmail: letters and digits with a few marks, an @, and a name of hosts that ends in letters,
// as few passwords do.
var mailForm = regexp.MustCompile(`^[a-z0-9._+-]{1,64}@([a-z0-9-]{1,63}\.)+[a-z]{2,24}$`)

// AttemptedEmail returns what to record of an address that nobody has: its folded form if it is an e-mail address of the
// usual form, else "". People type passwords into the wrong field, "P@ssw0rd" among them.
func AttemptedEmail(typed string) string {
	if folded := FoldEmail(typed); len(typed) <= MaxEmailLength && mailForm.MatchString(folded) {
		return folded
	}
	return ""
}

// EventFilter says which events are meant. Empty fields leave everything in.
type EventFilter struct {
	// UserID and Attempted choose what concerns either of them.
	UserID, Attempted string
	// Since leaves out what is older.
	Since time.Time
}

// Matches reports whether an event is meant.
func (f EventFilter) Matches(e Event) bool {
	if e.At.Before(f.Since) {
		return false
	}
	anybody := f.UserID == "" && f.Attempted == ""
	return anybody || f.UserID != "" && e.UserID == f.UserID || f.Attempted != "" && e.Attempted == f.Attempted
}
