package jwtsign

import (
	"github.com/golang-jwt/jwt/v5"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// key is a secret bound to one algorithm. RFC 8725 §3.1: the algorithm comes with the key, and what a token says of it
// is only compared. The secret stays a domain.Secret so that printing a Signer prints no key.
type key struct {
	method jwt.SigningMethod
	secret domain.Secret
}

func (k key) sign(p payload) (string, error) {
	if k.secret.Empty() {
		return "", errNoKey
	}
	return jwt.NewWithClaims(k.method, p).SignedString([]byte(k.secret.Reveal()))
}

func (k key) verifies(alg, text string, signature []byte) bool {
	return alg == k.method.Alg() && !k.secret.Empty() &&
		k.method.Verify(text, signature, []byte(k.secret.Reveal())) == nil
}
