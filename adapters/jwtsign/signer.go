package jwtsign

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// Why a token could not be made. None of them is a refusal: the fault is ours.
var (
	errNoKey        = errors.New("there is no key to sign with")
	errUnsayable    = errors.New("claims are incomplete or hold text that a token cannot carry")
	errTokenTooLong = errors.New("token would be longer than is ever read")
)

// strict decodes base64url strictly: with the unused bits of a last character free, a token had several spellings.
var strict = jwt.NewParser(jwt.WithStrictDecoding())

// payloadSize is about that of a usual payload, in bytes.
const payloadSize = 320

// Signer makes tokens and reads those that one of its keys signed. It is safe for concurrent use.
type Signer struct {
	settings Settings
	policy   domain.Policy
	now      ports.Clock
	// keys is replaced as a whole by a reload.
	keys atomic.Pointer[keySet]

	// reload admits one reader of the folder at a time.
	reload sync.Mutex
	// told is what the last Reload said that there is.
	told []domain.Key
	// asked is when a token last made the signer read the folder.
	asked time.Time
}

// New returns a signer that signs with HS256 and secret. What was signed with one of previous is read too, and nothing
// is signed with them. An empty secret neither signs nor verifies, since everybody knows it.
func New(secret domain.Secret, previous []domain.Secret) *Signer {
	// It has no key that could stop verifying, so it asks no clock.
	s := &Signer{settings: Settings{Algorithm: domain.HS256, Secret: secret, Previous: previous}}
	s.keys.Store(newKeySet(s.policy, domain.HS256, s.settings.secrets(), nil, time.Time{}))
	s.told = s.keys.Load().facts
	return s
}

// Open returns a signer with the keys that the settings name. It fails, naming the file, if one of them cannot be used,
// and if the algorithm is not HS256 and there is no key pair of it.
func Open(settings Settings, policy domain.Policy, now ports.Clock) (*Signer, error) {
	s := &Signer{settings: settings, policy: policy, now: now}
	keys, err := s.load(nil, time.Time{})
	if err != nil {
		return nil, err
	}
	s.keys.Store(keys)
	s.told = keys.facts
	return s, nil
}

// Sign returns the token that says c, with times cut to whole seconds. The same claims give the same token while the
// keys are the same, but for ES256, whose signatures are random. Claims that Read would refuse are an error.
func (s *Signer) Sign(c domain.Claims) (string, error) {
	k := s.keys.Load().signing(c.IssuedAt)
	switch {
	case k == nil:
		return "", errNoKey
	case !sayable(c) || c.Untracked() && !k.hmac():
		return "", errUnsayable
	}
	token, err := k.sign(appendPayload(make([]byte, 0, payloadSize), c))
	if err != nil {
		return "", err
	}
	if !domain.WellFormed(token) {
		return "", errTokenTooLong
	}
	return token, nil
}

// Read returns what raw says if one of the keys signed it and it is unambiguous, and domain.ErrTokenInvalid otherwise.
// Of a token without a session it returns no jti and no uid: those words were somebody else's. Such a token must have an
// HMAC key: the original knew no other, and a signature of ES256 can be written in two ways.
func (s *Signer) Read(raw string) (domain.Claims, error) {
	text, k := s.verify(raw)
	if k == nil {
		return domain.Claims{}, domain.ErrTokenInvalid
	}
	claims, ok := readClaims(text)
	if !ok || claims.Untracked() && !k.hmac() {
		return domain.Claims{}, domain.ErrTokenInvalid
	}
	return claims, nil
}

// verify returns the payload of a JWS in compact form, whatever it is, and the key that signed it, or nil.
func (s *Signer) verify(raw string) ([]byte, *key) {
	if !domain.WellFormed(raw) {
		return nil, nil
	}
	header, rest, _ := strings.Cut(raw, ".")
	encoded, last, two := strings.Cut(rest, ".")
	if !two || strings.Contains(last, ".") {
		return nil, nil
	}
	signature, err := strict.DecodeSegment(last)
	if err != nil {
		return nil, nil
	}
	k := s.signedBy(header, raw[:len(raw)-len(last)-1], signature)
	if k == nil {
		return nil, nil
	}
	payload, err := strict.DecodeSegment(encoded)
	if err != nil {
		return nil, nil
	}
	return payload, k
}

// signedBy returns the key that made the signature of text in the way that the encoded header says, or nil.
func (s *Signer) signedBy(encoded, text string, signature []byte) *key {
	keys := s.keys.Load()
	h, ok := keys.headers[encoded]
	if !ok {
		h, ok = readHeader(encoded)
	}
	if !ok {
		return nil
	}
	if h.namesAKey() && keys.named[h.kid] == nil {
		// Another replica may have read a new key before this one.
		keys = s.afterReread(keys)
	}
	return keys.verifying(h, text, signature, s.now)
}
