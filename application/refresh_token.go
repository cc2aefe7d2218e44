package application

import (
	"context"
	"errors"
	"fmt"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// RefreshToken trades a session's current token for a new one: the rotation. What a token is to its session is judged
// by domain.Policy.Judge; here stands only what follows from it.
type RefreshToken struct {
	present    *Present
	sessions   ports.SessionStore
	register   ports.SessionRegister
	mint       *Mint
	unanswered *Unanswered
	audit      ports.AuditLog
	limit      *refreshLimit
}

// NewRefreshToken returns the use case.
func NewRefreshToken(present *Present, sessions ports.SessionStore, register ports.SessionRegister, mint *Mint,
	unanswered *Unanswered, audit ports.AuditLog,
) *RefreshToken {
	return &RefreshToken{
		present: present, sessions: sessions, register: register, mint: mint, unanswered: unanswered, audit: audit,
		limit: newRefreshLimit(mint.policy.RefreshLimit),
	}
}

// Do returns the token that is now current: a new one for the current token, the same again for the one just replaced
// within the grace. A returned token is durable. Everything else is refused: besides what Present.Do returns with
// domain.ErrSessionUnknown, domain.ErrSessionEnded, domain.ErrTokenExpired, domain.ErrTokenReused or domain.LimitedError,
// which does nothing to the token.
func (r *RefreshToken) Do(ctx context.Context, raw string, client domain.Client) (Grant, error) {
	// What has begun is finished although the caller hangs up: a thief who disconnects must not save the session he
	// stole, and a caller who breaks a statement off must not look like a store that does not answer.
	ctx = context.WithoutCancel(ctx)
	presented, err := r.present.Do(ctx, raw, client)
	if errors.Is(err, domain.ErrUnavailable) {
		r.unanswered.note(presented)
	}
	if err != nil {
		return Grant{}, err
	}
	if err := r.limit.check(presented.SessionID, presented.ExpiresAt, presented.At); err != nil {
		return r.limited(ctx, presented, err)
	}
	return r.rotate(ctx, presented, client)
}

// limited refuses a session that is refreshed too often, but for the token just replaced: its grace is over sooner than the
// limitation, so whoever lost the answer and came again as told would be taken for a thief.
func (r *RefreshToken) limited(ctx context.Context, p Presented, refusal error) (Grant, error) {
	state, err := r.sessions.Find(ctx, p.SessionID)
	switch {
	case err != nil:
		if errors.Is(err, domain.ErrUnavailable) {
			r.unanswered.note(p)
		}
		return Grant{}, fmt.Errorf("look up a session that is limited: %w", err)
	case r.mint.policy.Judge(state, p.ID, p.At, r.unanswered.since(p)) != domain.Replayed:
		return Grant{}, refusal
	}
	return r.replay(state)
}

func (r *RefreshToken) replay(s domain.SessionState) (Grant, error) {
	grant, err := r.mint.sign(s)
	grant.Replayed = err == nil
	return grant, err
}

func (r *RefreshToken) rotate(ctx context.Context, p Presented, client domain.Client) (Grant, error) {
	state, swapped, err := r.sessions.Rotate(ctx, r.mint.rotation(p))
	switch {
	case errors.Is(err, domain.ErrUnavailable):
		r.unanswered.note(p)
		return Grant{}, fmt.Errorf("rotate a session: %w", err)
	case err != nil:
		return Grant{}, fmt.Errorf("rotate a session: %w", err)
	case swapped:
		return r.mint.sign(state)
	default:
		return r.judge(ctx, state, p, client)
	}
}

// judge answers a token that could not be swapped.
func (r *RefreshToken) judge(ctx context.Context, s domain.SessionState, p Presented, client domain.Client,
) (Grant, error) {
	switch r.mint.policy.Judge(s, p.ID, p.At, r.unanswered.since(p)) {
	case domain.Replayed:
		return r.replay(s)
	case domain.Reused:
		return Grant{}, r.reused(ctx, s, p, client)
	case domain.Expired:
		return Grant{}, domain.ErrTokenExpired
	case domain.Current:
		// The session changed between the swap that was refused and the look at its state: a user was disabled and
		// enabled again, say. Nothing is wrong with the token, so the caller is asked to come again.
		return Grant{}, fmt.Errorf("the session changed meanwhile: %w", domain.ErrUnavailable)
	default:
		return Grant{}, domain.ErrSessionEnded
	}
}

// reused ends the session (RFC 9700 §4.14.2: the authorization server cannot tell which of two parties is the thief,
// so both lose it). Where that fails, the failure is the answer, not the refusal: the caller will come again.
func (r *RefreshToken) reused(ctx context.Context, s domain.SessionState, p Presented, client domain.Client) error {
	r.audit.Record(ctx, domain.Event{
		Kind: domain.EventTokenReused, At: p.At, UserID: s.UserID, SessionID: s.ID,
		Reason: s.ReuseKind(p.ID), Client: client,
	})
	if !r.mint.policy.RevokeReused {
		return domain.ErrTokenReused
	}
	revoked, err := r.register.Revoke(ctx, s.ID, domain.ReasonReuse, p.At)
	if err != nil {
		return fmt.Errorf("end a session whose token was reused: %w", err)
	}
	if revoked {
		r.audit.Record(ctx, domain.Event{
			Kind: domain.EventSessionRevoked, At: p.At, UserID: s.UserID, SessionID: s.ID, Reason: domain.ReasonReuse,
		})
	}
	return domain.ErrTokenReused
}
