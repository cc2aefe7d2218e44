package jwtsign

import (
	"crypto/hmac"
	"crypto/sha256"
	"hash"
	"sync"

	"github.com/golang-jwt/jwt/v5"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// hs256 is golang-jwt's HS256 for one secret, which is prepared once and not for each token. The key that its methods
// are handed means nothing.
type hs256 struct {
	*jwt.SigningMethodHMAC
	prepared *sync.Pool
}

func newHS256(secret domain.Secret) hs256 {
	return hs256{jwt.SigningMethodHS256, &sync.Pool{
		New: func() any { return hmac.New(sha256.New, []byte(secret.Reveal())) },
	}}
}

// Sign implements jwt.SigningMethod.
func (h hs256) Sign(text string, _ any) ([]byte, error) {
	mac := h.prepared.Get().(hash.Hash) //nolint:errcheck // nothing else is in it
	defer h.prepared.Put(mac)
	mac.Reset()
	mac.Write([]byte(text))
	return mac.Sum(nil), nil
}

// Verify implements jwt.SigningMethod, in constant time.
func (h hs256) Verify(text string, signature []byte, _ any) error {
	if expected, _ := h.Sign(text, nil); !hmac.Equal(signature, expected) {
		return jwt.ErrSignatureInvalid
	}
	return nil
}
