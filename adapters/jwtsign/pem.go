package jwtsign

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
)

// parsers read a private key by the type of the PEM block that it is in. Their own errors may quote what they read.
var parsers = map[string]func([]byte) (any, error){
	"PRIVATE KEY":     x509.ParsePKCS8PrivateKey,
	"EC PRIVATE KEY":  func(der []byte) (any, error) { return x509.ParseECPrivateKey(der) },
	"RSA PRIVATE KEY": func(der []byte) (any, error) { return x509.ParsePKCS1PrivateKey(der) },
}

// Why a PEM file holds no key for us.
var (
	errNoPEM     = errors.New("there is no private key in PEM in it")
	errManyKeys  = errors.New("there is more than one private key in it")
	errEncrypted = errors.New("the private key is encrypted, must be in the clear")
)

// parsePEM reads the one private key in a PEM file: PKCS #8, or what older tools write. Its errors hold nothing of the
// file but the type of a block.
func parsePEM(text []byte) (*key, error) {
	block, rest := nextBlock(text)
	if block == nil {
		return nil, errNoPEM
	}
	if again, _ := nextBlock(rest); again != nil {
		return nil, errManyKeys
	}
	if block.Type == "ENCRYPTED PRIVATE KEY" || block.Headers["Proc-Type"] != "" {
		return nil, errEncrypted
	}
	parse, ok := parsers[block.Type]
	if !ok {
		return nil, fmt.Errorf("it holds %.40q, must hold a private key", block.Type)
	}
	private, err := parse(block.Bytes)
	if err != nil {
		return nil, errors.New("the private key is damaged, or of a kind that is not known")
	}
	return newKeyPair(private)
}

// nextBlock passes over the curve that OpenSSL writes before an EC key, which says it again.
func nextBlock(text []byte) (*pem.Block, []byte) {
	block, rest := pem.Decode(text)
	for block != nil && block.Type == "EC PARAMETERS" {
		block, rest = pem.Decode(rest)
	}
	return block, rest
}
