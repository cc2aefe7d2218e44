package jwtsign

import (
	"errors"
	"strings"

	"github.com/golang-jwt/jwt/v5"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// Why a token could not be made. None of them is a refusal: the fault is ours.
var (
	errNoKey        = errors.New("there is no key to sign with")
	errUnsayable    = errors.New("claims are incomplete or hold text that a token cannot carry")
	errTokenTooLong = errors.New("token would be longer than is ever read")
)

// segments decodes base64url strictly: with the unused bits of a last character free, a token had several spellings.
var segments = jwt.NewParser(jwt.WithStrictDecoding())

// Signer makes tokens with one key and reads those of that key and of earlier ones. It is safe for concurrent use.
type Signer struct {
	// keys verify, and the first one signs.
	keys []key
}

// New returns a signer that signs with HS256 and secret. What was signed with one of previous is read too, and nothing
// is signed with them. An empty secret neither signs nor verifies, since everybody knows it.
func New(secret domain.Secret, previous []domain.Secret) *Signer {
	s := &Signer{keys: []key{{method: jwt.SigningMethodHS256, secret: secret}}}
	for _, p := range previous {
		s.keys = append(s.keys, key{method: jwt.SigningMethodHS256, secret: p})
	}
	return s
}

// Sign returns the token that says c, with times cut to whole seconds. The same claims give the same token. Claims that
// Read would refuse are an error.
func (s *Signer) Sign(c domain.Claims) (string, error) {
	if !sayable(c) {
		return "", errUnsayable
	}
	token, err := s.keys[0].sign(newPayload(c))
	if err != nil {
		return "", err
	}
	if !domain.WellFormed(token) {
		return "", errTokenTooLong
	}
	return token, nil
}

// Read returns what raw says if one of the keys signed it and it is unambiguous, and domain.ErrTokenInvalid otherwise.
// Of a token without a session it returns no jti and no uid: those words were somebody else's.
func (s *Signer) Read(raw string) (domain.Claims, error) {
	text, ok := s.verify(raw)
	if !ok {
		return domain.Claims{}, domain.ErrTokenInvalid
	}
	claims, ok := readClaims(text)
	if !ok {
		return domain.Claims{}, domain.ErrTokenInvalid
	}
	return claims, nil
}

// verify returns the payload of a JWS in compact form that one of the keys signed, whatever the payload is.
func (s *Signer) verify(raw string) (payload []byte, ok bool) {
	if !domain.WellFormed(raw) {
		return nil, false
	}
	parts := strings.SplitN(raw, ".", 4)
	if len(parts) != 3 {
		return nil, false
	}
	signature, err := segments.DecodeSegment(parts[2])
	if err != nil || !s.signed(parts[0], raw[:strings.LastIndexByte(raw, '.')], signature) {
		return nil, false
	}
	payload, err = segments.DecodeSegment(parts[1])
	return payload, err == nil
}

// signed reports whether one of the keys made the signature of text in the way that the header says.
func (s *Signer) signed(header, text string, signature []byte) bool {
	alg, ok := readHeader(header)
	if !ok {
		return false
	}
	for _, k := range s.keys {
		if k.verifies(alg, text, signature) {
			return true
		}
	}
	return false
}
