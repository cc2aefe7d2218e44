package application

import (
	"context"
	"fmt"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// LogoutScope says which of a user's sessions a logout ends.
type LogoutScope string

// The scopes: the session of the token, every other session of the user, or all of them.
const (
	LogoutLocal  LogoutScope = "local"
	LogoutOthers LogoutScope = "others"
	LogoutGlobal LogoutScope = "global"
)

// Logout ends sessions of whoever bears a token.
type Logout struct {
	present  *Present
	sessions ports.SessionStore
	register ports.SessionRegister
	audit    ports.AuditLog
}

// NewLogout returns the use case.
func NewLogout(present *Present, sessions ports.SessionStore, register ports.SessionRegister, audit ports.AuditLog,
) *Logout {
	return &Logout{present: present, sessions: sessions, register: register, audit: audit}
}

// Do ends the sessions in scope. Any unexpired token of a session that has not ended will do, also one that was long
// replaced: whoever wants to leave is let go. Once it has returned, no token of those sessions is good, on any replica. Besides
// what Present.Do returns it refuses with domain.ErrSessionUnknown or domain.ErrSessionEnded.
func (l *Logout) Do(ctx context.Context, raw string, scope LogoutScope, client domain.Client) error {
	// A logout that was asked for takes place although the caller hangs up.
	ctx = context.WithoutCancel(ctx)
	p, err := l.present.Do(ctx, raw, client)
	if err != nil {
		return err
	}
	s, err := l.sessions.Find(ctx, p.SessionID)
	if err != nil {
		return fmt.Errorf("find a session: %w", err)
	}
	if !s.Open(p.At) {
		return domain.ErrSessionEnded
	}
	e := domain.Event{Kind: domain.EventLoggedOut, At: p.At, UserID: s.UserID, SessionID: s.ID, Client: client}
	if err := l.end(ctx, scope, &e); err != nil {
		return fmt.Errorf("log out: %w", err)
	}
	l.audit.Record(ctx, e)
	return nil
}

// end ends the sessions in scope, of the session and its user that e names, and notes in e why and how many.
func (l *Logout) end(ctx context.Context, scope LogoutScope, e *domain.Event) (err error) {
	switch scope {
	case LogoutOthers:
		e.Reason = domain.ReasonLogoutOthers
		e.Count, err = l.register.RevokeUser(ctx, e.UserID, e.SessionID, e.Reason, e.At)
	case LogoutGlobal:
		e.Reason = domain.ReasonLogoutGlobal
		e.Count, err = l.register.RevokeUser(ctx, e.UserID, "", e.Reason, e.At)
	default:
		e.Reason = domain.ReasonLogout
		var revoked bool
		if revoked, err = l.register.Revoke(ctx, e.SessionID, e.Reason, e.At); revoked {
			e.Count = 1
		}
	}
	return err
}
