package jwtsign

import (
	"encoding/json"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// keySet is what a Signer knows at one time. It never changes, so that it is read without a lock.
type keySet struct {
	// algorithm is the one to sign with.
	algorithm string
	// facts is what the domain may know of all, in the same order.
	all   []*key
	facts []domain.Key
	// secrets are the HMAC keys, which tokens do not name.
	secrets []*key
	// named holds the others by their thumbprint.
	named map[string]*key
	// headers holds what the headers of our own tokens say, which need not be read again.
	headers map[string]header
}

// newKeySet puts the keys together. Those that were among the keys of before keep the instant at which they were seen
// first; the others are seen at `seen`.
func newKeySet(policy domain.Policy, algorithm string, keys []*key, before *keySet, seen time.Time) *keySet {
	s := &keySet{
		algorithm: algorithm, all: keys, named: make(map[string]*key, len(keys)), headers: make(map[string]header, len(keys)),
	}
	for _, k := range keys {
		s.headers[k.header], _ = readHeader(k.header)
		k.Seen = seen
		if before != nil && before.named[k.ID] != nil {
			k.Seen = before.named[k.ID].Seen
		}
		if k.hmac() {
			k.Seen = time.Time{}
			s.secrets = append(s.secrets, k)
		} else {
			s.named[k.ID] = k
		}
	}
	s.facts = facts(keys)
	for i, k := range keys {
		k.until = policy.KeyNeededUntil(s.facts, i)
	}
	return s
}

func facts(keys []*key) []domain.Key {
	var all []domain.Key
	for _, k := range keys {
		all = append(all, k.Key)
	}
	return all
}

// signing returns the key that signs what is issued at `issued`, or nil.
func (s *keySet) signing(issued time.Time) *key {
	if i := domain.SigningKey(s.facts, s.algorithm, issued); i >= 0 {
		return s.all[i]
	}
	return nil
}

// verifying returns the key that made the signature of text in the way that the header says, or nil.
func (s *keySet) verifying(h header, text string, signature []byte, now func() time.Time) *key {
	if h.alg == domain.HS256 {
		for _, k := range s.secrets {
			if k.verifies(h.alg, text, signature) {
				return k
			}
		}
		return nil
	}
	k := s.named[h.kid]
	if k == nil || !k.until.IsZero() && !now().Before(k.until) || !k.verifies(h.alg, text, signature) {
		return nil
	}
	return k
}

// publish returns the JWK Set of the key pairs that verify at `at`.
func (s *keySet) publish(at time.Time) ([]byte, error) {
	set := struct {
		Keys []jwk `json:"keys"`
	}{Keys: []jwk{}}
	for _, k := range s.all {
		if !k.hmac() && (k.until.IsZero() || at.Before(k.until)) {
			set.Keys = append(set.Keys, k.published)
		}
	}
	return json.Marshal(set)
}
