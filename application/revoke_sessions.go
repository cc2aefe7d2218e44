package application

import (
	"context"
	"fmt"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// Scope says which sessions are meant: all, or those of the user with this address, or the one of this id. The zero
// Scope means none.
type Scope struct {
	All       bool
	Email     string
	SessionID string
}

// RevokeSessions lets an operator end sessions.
type RevokeSessions struct {
	users    ports.UserStore
	register ports.SessionRegister
	clock    ports.Clock
	audit    ports.AuditLog
}

// NewRevokeSessions returns the use case.
func NewRevokeSessions(users ports.UserStore, register ports.SessionRegister, clock ports.Clock, audit ports.AuditLog,
) *RevokeSessions {
	return &RevokeSessions{users: users, register: register, clock: clock, audit: audit}
}

// Do ends the sessions in scope and returns how many of them were live, or, of the one that is named, whether it was
// not revoked before. domain.ErrSessionUnknown or
// domain.ErrUserUnknown if what the scope names does not exist.
func (r *RevokeSessions) Do(ctx context.Context, scope Scope) (int, error) {
	e := domain.Event{
		Kind: domain.EventSessionsRevoked, At: r.clock(), SessionID: scope.SessionID, Reason: domain.ReasonOperator,
	}
	var err error
	switch {
	case scope.All:
		e.Count, err = throughAll(func(after string) (string, int, error) {
			return r.register.RevokeAll(ctx, e.Reason, e.At, after, sessionsAtOnce)
		})
	case scope.Email != "":
		e.UserID, e.Count, err = r.user(ctx, scope.Email, e)
	default:
		e.Kind = domain.EventSessionRevoked
		e.Count, err = r.one(ctx, e)
	}
	if err == nil || e.Count > 0 {
		// Of all sessions some may have ended before it failed.
		r.audit.Record(ctx, e)
	}
	if err != nil {
		return e.Count, fmt.Errorf("revoke sessions: %w", err)
	}
	return e.Count, nil
}

func (r *RevokeSessions) one(ctx context.Context, e domain.Event) (int, error) {
	if !domain.CleanText(e.SessionID, domain.MaxSessionIDLength) {
		return 0, domain.ErrSessionUnknown
	}
	revoked, err := r.register.Revoke(ctx, e.SessionID, e.Reason, e.At)
	if err != nil || !revoked {
		return 0, err
	}
	return 1, nil
}

func (r *RevokeSessions) user(ctx context.Context, email string, e domain.Event) (string, int, error) {
	user, err := findUser(ctx, r.users, email)
	if err != nil {
		return "", 0, err
	}
	n, err := r.register.RevokeUser(ctx, user.ID, "", e.Reason, e.At)
	return user.ID, n, err
}
