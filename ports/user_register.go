package ports

import (
	"context"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// UserRegister keeps the users themselves. It shares its storage with a SessionStore.
type UserRegister interface {
	// Add stores a new user. domain.ErrEmailTaken if another user has the address in this or another letter case.
	Add(ctx context.Context, u domain.User) error

	// List returns up to limit users whose addresses follow after, in the order of their addresses' bytes.
	List(ctx context.Context, after string, limit int) ([]domain.User, error)

	// Change makes the change c and, where c.EndsSessions says so, revokes every session of the user but c.Spares for
	// that reason, in one atomic, durable step. It returns how many sessions of the user that were live at c.At it
	// revoked. Untracked tokens that may be older than c.At are ended with a changed password, a disabling, and, for the
	// address that is left and the one that is taken, with a changed address; enabling ends none. A session that such a
	// token was taken into before counts as a session.
	// domain.ErrUserUnknown if there is no such user, domain.ErrEmailTaken if another user has the new address in
	// this or another letter case, domain.ErrUserChanged if c.Verified is set and the user is disabled or has another
	// hash. A change that is refused changes nothing.
	Change(ctx context.Context, userID string, c domain.UserChange) (int, error)

	// Remove deletes the user, revokes every session of the user as domain.ReasonUserRemoved and ends all untracked
	// tokens for the address that may be older than at, in one atomic, durable step. It returns how many sessions
	// were live. domain.ErrUserUnknown if there is no such user.
	Remove(ctx context.Context, userID string, at time.Time) (int, error)
}
