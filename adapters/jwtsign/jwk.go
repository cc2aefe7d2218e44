package jwtsign

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/big"
)

// jwk is the public half of a key pair as others read it (RFC 7517 §4): use, kid and alg say what it is for, and all the
// others are the key.
type jwk struct {
	Use string `json:"use,omitempty"`
	Kty string `json:"kty"`
	Kid string `json:"kid,omitempty"`
	Crv string `json:"crv,omitempty"`
	Alg string `json:"alg,omitempty"`
	X   string `json:"x,omitempty"`
	Y   string `json:"y,omitempty"`
	N   string `json:"n,omitempty"`
	E   string `json:"e,omitempty"`
}

// jwkOf returns a key, and nothing of what it is for.
func jwkOf(public crypto.PublicKey) (jwk, error) {
	switch p := public.(type) {
	case ed25519.PublicKey: // RFC 8037 §2
		return jwk{Kty: "OKP", Crv: "Ed25519", X: encode(p)}, nil
	case *ecdsa.PublicKey: // RFC 7518 §6.2.1: both coordinates in their full length
		point, err := p.Bytes()
		if err != nil {
			return jwk{}, err
		}
		// SEC 1 §2.3.3: a byte that says so, then the coordinates.
		middle := 1 + len(point)/2
		return jwk{Kty: "EC", Crv: p.Params().Name, X: encode(point[1:middle]), Y: encode(point[middle:])}, nil
	case *rsa.PublicKey: // RFC 7518 §6.3.1: without zeros in front
		return jwk{Kty: "RSA", N: encode(p.N.Bytes()), E: encode(big.NewInt(int64(p.E)).Bytes())}, nil
	}
	return jwk{}, fmt.Errorf("a %T is no public key", public)
}

// thumbprint names the key by its hash (RFC 7638 §3): that of its members in the order of their names, which is how
// encoding/json writes a map.
func (j jwk) thumbprint() string {
	key := jwk{Kty: j.Kty, Crv: j.Crv, X: j.X, Y: j.Y, N: j.N, E: j.E}
	var members map[string]string
	if err := json.Unmarshal(mustJSON(key), &members); err != nil {
		panic(err)
	}
	sum := sha256.Sum256(mustJSON(members))
	return encode(sum[:])
}
