package application

import (
	"fmt"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// Mint makes sessions and tokens under one policy.
type Mint struct {
	tokens ports.TokenSigner
	ids    ports.IDs
	policy domain.Policy
}

// NewMint returns a Mint.
func NewMint(tokens ports.TokenSigner, ids ports.IDs, policy domain.Policy) *Mint {
	return &Mint{tokens: tokens, ids: ids, policy: policy}
}

// session returns a new session of the user, with its first token.
func (m *Mint) session(userID string, client domain.Client, at time.Time) domain.Session {
	ends := m.policy.SessionEnd(at)
	first := m.policy.FirstToken(m.ids.Random(), at, ends)
	return domain.Session{
		ID:         m.ids.New(),
		UserID:     userID,
		CreatedAt:  at,
		EndsAt:     ends,
		Client:     client,
		Current:    first,
		LastExpiry: first.ExpiresAt,
	}
}

// rotation returns what to ask the store for when p is to be replaced.
func (m *Mint) rotation(p Presented) domain.Rotation {
	return m.policy.Rotation(p.SessionID, p.ID, m.ids.Random(), p.At)
}

// Grant is a token that was handed out.
type Grant struct {
	Token     string
	ExpiresAt time.Time
	// Replayed says that the token was not new: it was handed out before, for the same one.
	Replayed bool
}

// sign returns the session's current token.
func (m *Mint) sign(s domain.SessionState) (Grant, error) {
	claims := m.policy.Claims(s)
	token, err := m.tokens.Sign(claims)
	if err != nil {
		return Grant{}, fmt.Errorf("sign a token: %w", err)
	}
	return Grant{Token: token, ExpiresAt: claims.ExpiresAt}, nil
}
