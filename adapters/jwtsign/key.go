package jwtsign

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// Lengths of RSA keys in bits. RFC 7518 §3.3 asks for 2048 at least; 3072 is good beyond 2030 (NIST SP 800-57). A token
// that a longer key than the longest signed would hardly be short enough.
const (
	minRSABits  = 2048
	goodRSABits = 3072
	maxRSABits  = 8192
)

// methods are golang-jwt's ways to sign and verify with a key pair, by the algorithm's name.
var methods = map[string]jwt.SigningMethod{
	domain.EdDSA: jwt.SigningMethodEdDSA, domain.ES256: jwt.SigningMethodES256, domain.RS256: jwt.SigningMethodRS256,
}

// key is key material bound to one algorithm. RFC 8725 §3.1: the algorithm comes with the key, and what a token says of
// it is only compared. Nothing prints a secret, which stands in no field but in what prepares the method's hashes, nor private,
// since a Signer holds its keys behind pointers.
type key struct {
	domain.Key
	method jwt.SigningMethod
	// private and public are nil for a secret, which stands in the method.
	private crypto.Signer
	public  crypto.PublicKey
	// published is the public half as others read it, empty for a secret.
	published jwk
	// header is the first part of every token that the key signs.
	header string
	// until is when the key stops verifying, zero for never.
	until time.Time
}

// newSecretKey returns the HMAC key that is called name.
func newSecretKey(name string, secret domain.Secret) *key {
	k := &key{
		Key:    domain.Key{ID: name, Algorithm: domain.HS256},
		method: newHS256(secret),
	}
	k.header = headerOf(k)
	return k
}

// newKeyPair binds a private key to its algorithm and names it by its thumbprint.
func newKeyPair(private any) (*key, error) {
	k := &key{}
	switch p := private.(type) {
	case ed25519.PrivateKey:
		k.Algorithm, k.private = domain.EdDSA, p
	case *ecdsa.PrivateKey:
		if p.Curve != elliptic.P256() {
			return nil, errors.New("an EC key must be on the curve P-256")
		}
		k.Algorithm, k.private = domain.ES256, p
	case *rsa.PrivateKey:
		if bits := p.N.BitLen(); bits < minRSABits || bits > maxRSABits {
			return nil, fmt.Errorf("an RSA key must have %d to %d bits, not %d", minRSABits, maxRSABits, bits)
		}
		k.Algorithm, k.private, k.Weak = domain.RS256, p, p.N.BitLen() < goodRSABits
	default:
		return nil, errors.New("a key must be an Ed25519, P-256 or RSA key")
	}
	k.method, k.public = methods[k.Algorithm], k.private.Public()
	public, err := jwkOf(k.public)
	if err != nil {
		return nil, err
	}
	k.ID = public.thumbprint()
	k.published = public
	k.published.Use, k.published.Kid, k.published.Alg = "sig", k.ID, k.Algorithm
	k.header = headerOf(k)
	return k, nil
}

// hmac reports whether whoever can verify with the key can sign with it too.
func (k *key) hmac() bool { return k.private == nil }

// sign returns the token whose payload is the JSON text.
func (k *key) sign(payload []byte) (string, error) {
	text := k.header + "." + encode(payload)
	signature, err := k.method.Sign(text, k.private)
	if err != nil {
		return "", err
	}
	return text + "." + encode(signature), nil
}

// headerOf returns the encoded header of every token that the key signs.
func headerOf(k *key) string {
	h := map[string]string{"alg": k.Algorithm, "typ": "JWT"}
	if !k.hmac() {
		h["kid"] = k.ID
	}
	return encode(mustJSON(h))
}

func (k *key) verifies(alg, text string, signature []byte) bool {
	return alg == k.Algorithm && k.method.Verify(text, signature, k.public) == nil
}

func encode(segment []byte) string { return base64.RawURLEncoding.EncodeToString(segment) }
