package application

import (
	"context"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// Introspect tells a resource server whether a token is good at this moment (RFC 7662).
type Introspect struct {
	authenticate *Authenticate
	policy       domain.Policy
}

// NewIntrospect returns the use case.
func NewIntrospect(authenticate *Authenticate, policy domain.Policy) *Introspect {
	return &Introspect{authenticate: authenticate, policy: policy}
}

// Do returns what the token says, with its user's address as it is now, and true if it is its session's current token, or
// the one just replaced within the grace; false for every other text. An error says that nobody knows.
func (i *Introspect) Do(ctx context.Context, raw string) (domain.Claims, bool, error) {
	// Of the token's bearer nothing is known here: the request is the resource server's.
	caller, err := i.authenticate.Do(ctx, raw, domain.Client{})
	switch {
	case domain.RefusesToken(err):
		return domain.Claims{}, false, nil
	case err != nil:
		return domain.Claims{}, false, err
	}
	claims := i.policy.Claims(caller.SessionState)
	claims.ID = caller.Token.ID
	claims.IssuedAt, claims.ExpiresAt = caller.Token.IssuedAt, caller.Token.ExpiresAt
	return claims, true, nil
}
