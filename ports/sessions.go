package ports

import (
	"context"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// SessionStore keeps sessions for log-ins and refreshes. It shares its storage with a UserStore, since a session is
// only begun and rotated for a user who is enabled.
type SessionStore interface {
	// Begin stores a new session if its user is enabled and still has the password hash verified, in one atomic,
	// durable step, and returns its state. Where the user then has more
	// than max live sessions, the oldest of the others are revoked in the same step, as domain.ReasonTooMany.
	// domain.ErrUserChanged if the user is disabled, gone, or has another hash.
	Begin(ctx context.Context, s domain.Session, verified domain.Secret, max int) (domain.SessionState, error)

	// TakeIn stores the session made for an untracked token that was issued at `issued` or later, in one atomic,
	// durable step that keeps to max as Begin does. It changes nothing if a session of this id is there already,
	// whatever its state. domain.ErrUserChanged if the user is disabled or gone, or no longer has the address
	// email. domain.ErrTokenOutdated if the token may be older than the last instant at which
	// untracked tokens of this user, this address or everybody were ended: a change of password, of address (the
	// old one and the new), a disabling, a removal, a revocation of all sessions. Nor may the token be older than an
	// account that came from the original.
	TakeIn(ctx context.Context, s domain.Session, email string, issued time.Time, max int) error

	// Rotate makes r.Next the session's current token, its expiry cut to the session's end, if r.Presented still
	// is, the session is not revoked and its end has not come at r.At, and its user is enabled: one atomic, durable
	// step. Of any number of concurrent calls with the same presented token at most one swaps. It returns the state
	// that now stands, read after the swap that won, and whether this call swapped. That r.Presented was just replaced
	// is durable when it says so, whoever replaced it.
	// domain.ErrSessionUnknown if there is no such session.
	//
	// After domain.ErrUnavailable the swap may have happened, or may yet happen. Repeating it is safe.
	Rotate(ctx context.Context, r domain.Rotation) (state domain.SessionState, swapped bool, err error)

	// RestartGrace makes the grace of the token just replaced begin at `at`, if that token is still replaced and
	// the grace did not begin later than that. It changes nothing otherwise, and says nothing about it.
	RestartGrace(ctx context.Context, sessionID string, replaced domain.TokenID, at time.Time) error

	// Find returns the session's state. domain.ErrSessionUnknown if there is no such session.
	Find(ctx context.Context, sessionID string) (domain.SessionState, error)
}
