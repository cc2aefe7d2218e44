package ports

import "github.com/vidaplus/vidaplus-auth/domain"

// TokenSigner turns claims into tokens and tokens into claims. It judges signature and form only: what the claims mean
// here and now is for domain.Policy.CheckClaims. Its methods may be called by many callers at once.
type TokenSigner interface {
	// Sign returns the token that says c. It fails for claims that Read would refuse.
	Sign(c domain.Claims) (string, error)

	// Read returns what a token says that was signed with a key of ours: times in UTC and whole seconds, and of a
	// token without a session neither ID nor UserID. domain.ErrTokenInvalid for everything else: another key or
	// algorithm, more than one spelling of the same bytes, a header parameter crit, a claim given twice or in another
	// letter case or of the wrong type, a missing exp or sub, a session without the other claims of a session, and a
	// token without a session that was not signed with an HMAC key.
	Read(raw string) (domain.Claims, error)
}
