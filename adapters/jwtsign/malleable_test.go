package jwtsign_test

import (
	"crypto/elliptic"
	"crypto/rsa"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/vidaplus/vidaplus-auth/adapters/jwtsign"
	"github.com/vidaplus/vidaplus-auth/domain"
)

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// No text that differs from a token in one character, has one more or one less is a token, whatever the algorithm.
func TestRead_RefusesEveryNeighbourOfAToken(t *testing.T) {
	signers := map[string]*jwtsign.Signer{domain.HS256: newSigner()}
	for _, algorithm := range pairAlgorithms {
		signers[algorithm] = newRing(t, algorithm).opened()
	}
	for algorithm, s := range signers {
		token := signedBy(t, s)
		wantClaims(t, s, token, trackedClaims())
		// Of HS256 every neighbour is tried; what the others cost leaves room for some at each place.
		step := 1
		if algorithm != domain.HS256 {
			step = 16
		}
		for i := range token {
			wantRefused(t, s, token[:i]+token[i+1:])
			for j := i % step; j < len(alphabet); j += step {
				if alphabet[j] != token[i] {
					wantRefused(t, s, token[:i]+alphabet[j:j+1]+token[i+1:])
				}
			}
			wantRefused(t, s, token[:i]+"."+token[i:])
			wantRefused(t, s, token[:i]+"A"+token[i:])
		}
	}
}

// A signature of Ed25519 or RSA has one number only: the same one plus the order of the group, or plus the modulus, would verify
// by the bare equation. That of ECDSA has two, which is why a token is known by its jti and not by its text.
func TestRead_RefusesTheSameNumberWrittenLarger(t *testing.T) {
	order, _ := new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)
	s := newRing(t, domain.EdDSA).opened()
	parts := strings.Split(signedBy(t, s), ".")
	signature := made64(t, parts[2])
	half := slices.Clone(signature[32:])
	slices.Reverse(half)
	for range 3 { // up to 2^255: that many multiples fit
		larger := new(big.Int).Add(new(big.Int).SetBytes(half), order).FillBytes(make([]byte, 32))
		half = slices.Clone(larger)
		slices.Reverse(larger)
		wantRefused(t, s, parts[0]+"."+parts[1]+"."+encode(append(slices.Clone(signature[:32]), larger...)))
	}

	r := emptyRing(t, domain.RS256)
	key, ok := private(t, domain.RS256).(*rsa.PrivateKey)
	if !ok {
		t.Fatal("the key is not of RSA")
	}
	r.keep("key.pem", key)
	s, tried := r.opened(), 0
	for _, last := range alphabet {
		c := trackedClaims()
		c.UserID = "user-" + string(last)
		token, err := s.Sign(c)
		if err != nil {
			t.Fatal(err)
		}
		text, encoded, _ := cutLast(token)
		larger := new(big.Int).Add(new(big.Int).SetBytes(made64(t, encoded)), key.N)
		if larger.BitLen() > 8*key.Size() {
			continue
		}
		tried++
		wantClaims(t, s, token, c)
		wantRefused(t, s, text+"."+encode(larger.FillBytes(make([]byte, key.Size()))))
	}
	t.Logf("RSA: %d signatures left room for the modulus", tried)
}

func cutLast(token string) (text, signature string, found bool) {
	i := strings.LastIndexByte(token, '.')
	return token[:i], token[i+1:], i >= 0
}

// What nobody may decide by the token is the same for both spellings of a signature of ES256.
func TestRead_BothSpellingsOfAnES256SignatureAreOneToken(t *testing.T) {
	s := newRing(t, domain.ES256).opened()
	text, encoded, _ := cutLast(signedBy(t, s))
	signature := made64(t, encoded)
	flipped := new(big.Int).Sub(elliptic.P256().Params().N, new(big.Int).SetBytes(signature[32:])).FillBytes(make([]byte, 32))
	wantClaims(t, s, text+"."+encode(append(slices.Clone(signature[:32]), flipped...)), trackedClaims())
}
