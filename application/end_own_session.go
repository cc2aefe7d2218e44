package application

import (
	"context"
	"errors"
	"fmt"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// EndOwnSession lets whoever bears a token end one session of the same account.
type EndOwnSession struct {
	authenticate *Authenticate
	sessions     ports.SessionStore
	register     ports.SessionRegister
	audit        ports.AuditLog
}

// NewEndOwnSession returns the use case.
func NewEndOwnSession(authenticate *Authenticate, sessions ports.SessionStore, register ports.SessionRegister,
	audit ports.AuditLog,
) *EndOwnSession {
	return &EndOwnSession{authenticate: authenticate, sessions: sessions, register: register, audit: audit}
}

// Do ends the session with this id, and reports whether it is the token's own. One that had ended already is left as
// it is. Besides what Authenticate.Do returns: domain.ErrNotOwnSession if the user has no such session, whether or
// not another has.
func (e *EndOwnSession) Do(ctx context.Context, raw, id string, client domain.Client) (own bool, err error) {
	caller, err := e.authenticate.Do(ctx, raw, client)
	if err != nil {
		return false, err
	}
	if err := e.check(ctx, id, caller.UserID); err != nil {
		return false, err
	}
	// What was asked for takes place although the caller hangs up.
	ctx = context.WithoutCancel(ctx)
	revoked, err := e.register.Revoke(ctx, id, domain.ReasonUser, caller.Token.At)
	switch {
	case errors.Is(err, domain.ErrSessionUnknown):
		// It was pruned since.
		return false, domain.ErrNotOwnSession
	case err != nil:
		return false, fmt.Errorf("revoke a session: %w", err)
	}
	if revoked {
		e.audit.Record(ctx, domain.Event{
			Kind: domain.EventSessionRevoked, At: caller.Token.At, UserID: caller.UserID, SessionID: id,
			Reason: domain.ReasonUser, Client: client,
		})
	}
	return id == caller.ID, nil
}

func (e *EndOwnSession) check(ctx context.Context, id, userID string) error {
	if !domain.CleanText(id, domain.MaxSessionIDLength) {
		return domain.ErrNotOwnSession
	}
	session, err := e.sessions.Find(ctx, id)
	switch {
	case errors.Is(err, domain.ErrSessionUnknown):
		return domain.ErrNotOwnSession
	case err != nil:
		return fmt.Errorf("find a session: %w", err)
	case session.UserID != userID:
		return domain.ErrNotOwnSession
	default:
		return nil
	}
}
