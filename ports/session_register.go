package ports

import (
	"context"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// SessionRegister looks through sessions and ends them. Once a revocation has returned, no rotation of the session
// swaps any more, on any replica. A session that was revoked keeps its first reason and instant.
type SessionRegister interface {
	// List returns the user's sessions that are live at `at`, newest first.
	List(ctx context.Context, userID string, at time.Time) ([]domain.Session, error)

	// Revoke ends one session and reports whether it was not revoked before.
	// domain.ErrSessionUnknown if there is no such session.
	Revoke(ctx context.Context, sessionID string, reason domain.Reason, at time.Time) (bool, error)

	// RevokeUser ends every session of the user but the one named by except ("" for none), and returns how many of
	// them were live. Untracked tokens of the user that may have been issued before `at` and have no session yet are
	// ended too.
	RevokeUser(ctx context.Context, userID, except string, reason domain.Reason, at time.Time) (int, error)

	// RevokeAll ends every untracked token that may have been issued before `at`, looks at up to limit sessions whose
	// ids follow after, in the order of their ids, and ends them. It returns the last id it looked at, "" once
	// there are no more, and how many of the sessions were live.
	RevokeAll(ctx context.Context, reason domain.Reason, at time.Time, after string, limit int) (last string, live int, err error)

	// Prune looks at up to limit sessions whose ids follow after, in the order of their ids, and deletes those whose
	// every token has expired before `before`. It returns the last id it looked at, "" once there are no more, and how
	// many it deleted. It never holds up a rotation for longer than a few rows take.
	Prune(ctx context.Context, before time.Time, after string, limit int) (last string, deleted int, err error)
}
