package ports

import "github.com/vidaplus/vidaplus-auth/domain"

// TokenSigner turns claims into tokens and tokens into claims. It judges signature and form only: what the claims mean
// here and now is for domain.Policy.CheckClaims.
type TokenSigner interface {
	// Sign returns the token that says c.
	Sign(c domain.Claims) (string, error)

	// Read returns what a token says that Sign made, or that carries no session and was signed with an HMAC key of
	// ours. domain.ErrTokenInvalid for everything else: another key or algorithm, a spelling that Sign would not have
	// chosen, a header parameter crit, a claim given twice or in another letter case or of the wrong type, a missing
	// exp or sub.
	Read(raw string) (domain.Claims, error)
}
