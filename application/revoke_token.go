package application

import (
	"context"
	"errors"
	"fmt"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// RevokeToken ends the session of a token (RFC 7009): a token is what its session is refreshed with, so the
// session ends with it.
type RevokeToken struct {
	present  *Present
	register ports.SessionRegister
	audit    ports.AuditLog
}

// NewRevokeToken returns the use case.
func NewRevokeToken(present *Present, register ports.SessionRegister, audit ports.AuditLog) *RevokeToken {
	return &RevokeToken{present: present, register: register, audit: audit}
}

// Do ends the session of which raw is any unexpired token. bearer is the token of whoever asks, "" for a client that
// may end every session: a bearer ends no session but its own, and is refused with what Present.Do returns.
// A raw that is no good, or not the bearer's, is no error: it is as dead as was asked for, or none of the
// bearer's business (RFC 7009 §2.2).
func (r *RevokeToken) Do(ctx context.Context, raw, bearer string, client domain.Client) error {
	// A revocation that was asked for takes place although the caller hangs up.
	ctx = context.WithoutCancel(ctx)
	own := ""
	if bearer != "" {
		owner, err := r.present.Do(ctx, bearer, client)
		if err != nil {
			return err
		}
		own = owner.SessionID
	}
	p, err := r.present.Do(ctx, raw, client)
	switch {
	case domain.RefusesToken(err):
		return nil
	case err != nil:
		return err
	case own != "" && own != p.SessionID:
		return nil
	}
	return r.revoke(ctx, p, client)
}

func (r *RevokeToken) revoke(ctx context.Context, p Presented, client domain.Client) error {
	revoked, err := r.register.Revoke(ctx, p.SessionID, domain.ReasonToken, p.At)
	if err != nil && !errors.Is(err, domain.ErrSessionUnknown) {
		return fmt.Errorf("revoke a session: %w", err)
	}
	if revoked {
		r.audit.Record(ctx, domain.Event{
			Kind: domain.EventSessionRevoked, At: p.At, UserID: p.UserID, SessionID: p.SessionID,
			Reason: domain.ReasonToken, Client: client,
		})
	}
	return nil
}
