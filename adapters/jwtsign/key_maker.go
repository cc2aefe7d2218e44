package jwtsign

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// KeyMaker makes key pairs, and knows the folders that they are kept in.
type KeyMaker struct{}

// Make returns a new key: on Ed25519 for EdDSA, on P-256 for ES256, of 3072 bits for RS256. Its text is in PKCS #8.
func (KeyMaker) Make(algorithm string) (domain.MadeKey, error) {
	private, err := newPrivate(algorithm)
	if err != nil {
		return domain.MadeKey{}, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return domain.MadeKey{}, err
	}
	k, err := newKeyPair(private)
	if err != nil {
		return domain.MadeKey{}, err
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	return domain.MadeKey{Key: k.Key, Text: domain.NewSecret(strings.TrimSuffix(string(text), "\n"))}, nil
}

func newPrivate(algorithm string) (crypto.Signer, error) {
	switch algorithm {
	case domain.EdDSA:
		_, private, err := ed25519.GenerateKey(rand.Reader)
		return private, err
	case domain.ES256:
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case domain.RS256:
		return rsa.GenerateKey(rand.Reader, goodRSABits)
	default:
		return nil, fmt.Errorf("there are no key pairs for the algorithm %.40q", algorithm)
	}
}

// Kept returns the keys in the PEM files of the folder.
func (KeyMaker) Kept(folder string) ([]domain.Key, error) {
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	keys, err := readFolder(folder)
	return facts(keys), err
}
