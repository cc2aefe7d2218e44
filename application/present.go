package application

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// Presented is a token that is good in itself: whether its session still stands is not decided yet.
type Presented struct {
	SessionID string
	UserID    string
	ID        domain.TokenID
	// IssuedAt is zero for an untracked token that does not say it.
	IssuedAt, ExpiresAt time.Time
	// At is the instant at which the token was judged. Everything decided about the request is decided as of then.
	At time.Time
}

// Present reads a presented token, and takes an untracked one into a session.
type Present struct {
	tokens   ports.TokenSigner
	users    ports.UserStore
	sessions ports.SessionStore
	policy   domain.Policy
	clock    ports.Clock
	audit    ports.AuditLog
}

// NewPresent returns the use case.
func NewPresent(tokens ports.TokenSigner, users ports.UserStore, sessions ports.SessionStore, policy domain.Policy,
	clock ports.Clock, audit ports.AuditLog,
) *Present {
	return &Present{tokens: tokens, users: users, sessions: sessions, policy: policy, clock: clock, audit: audit}
}

// Do returns which token of which session raw is. For a token of ours the store is not asked; nor is it for one that
// is refused for what it is: domain.ErrTokenInvalid, domain.ErrTokenExpired, domain.ErrUntrackedRefused. An untracked
// token may also be refused with domain.ErrUserUnknown, domain.ErrUserChanged or domain.ErrTokenOutdated; beside
// domain.ErrUnavailable Do returns which token it is.
func (p *Present) Do(ctx context.Context, raw string, client domain.Client) (Presented, error) {
	at := p.clock()
	claims, err := p.tokens.Read(raw)
	if err != nil {
		return Presented{}, err
	}
	if err := p.policy.CheckClaims(claims, at); err != nil {
		return Presented{}, err
	}
	noteSession(ctx, claims.SessionID)
	if claims.Untracked() {
		return p.takeIn(ctx, raw, claims, client, at)
	}
	return Presented{
		SessionID: claims.SessionID, UserID: claims.UserID, ID: claims.ID,
		IssuedAt: claims.IssuedAt, ExpiresAt: claims.ExpiresAt, At: at,
	}, nil
}

func (p *Present) takeIn(ctx context.Context, raw string, claims domain.Claims, client domain.Client, at time.Time,
) (Presented, error) {
	id, tokenID := domain.UntrackedKey(raw)
	noteSession(ctx, id)
	presented := Presented{
		SessionID: id, ID: tokenID, IssuedAt: claims.IssuedAt, ExpiresAt: claims.ExpiresAt, At: at,
	}
	switch s, err := p.sessions.Find(ctx, id); {
	case err == nil:
		presented.UserID = s.UserID
		return presented, nil
	case !errors.Is(err, domain.ErrSessionUnknown):
		return presented, fmt.Errorf("find the session of an untracked token: %w", err)
	}
	user, err := findUser(ctx, p.users, claims.Subject)
	if err != nil {
		return presented, err
	}
	presented.UserID = user.ID
	session := p.policy.UntrackedSession(raw, claims, user.ID, client, at)
	issued := p.policy.UntrackedIssue(claims, at)
	err = p.sessions.TakeIn(context.WithoutCancel(ctx), session, user.Email, issued, p.policy.MaxSessions)
	if err != nil {
		return presented, fmt.Errorf("take in an untracked token: %w", err)
	}
	p.audit.Record(ctx, domain.Event{
		Kind: domain.EventUntrackedTakenIn, At: at, UserID: user.ID, SessionID: id, Client: client,
	})
	return presented, nil
}
