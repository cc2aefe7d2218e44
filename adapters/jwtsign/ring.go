package jwtsign

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// rereadEvery is how often at most tokens that name unknown keys make the signer read the folder: anybody can make up
// such tokens.
const rereadEvery = 5 * time.Second

// List returns the keys with what they do at `at`: the secrets, then the key pairs from the oldest to the newest.
func (s *Signer) List(at time.Time) []domain.KeyState {
	return s.policy.KeyStates(s.keys.Load().facts, s.settings.Algorithm, at)
}

// Publish returns the JWK Set of the key pairs that verify at `at`.
func (s *Signer) Publish(at time.Time) ([]byte, error) { return s.keys.Load().publish(at) }

// Reload reads the folder again. What cannot be used leaves everything as it was.
func (s *Signer) Reload() (bool, error) {
	if s.settings.Folder == "" {
		return false, nil
	}
	s.reload.Lock()
	defer s.reload.Unlock()
	err := s.reread()
	facts := s.keys.Load().facts
	changed := !slices.Equal(facts, s.told)
	s.told = facts
	return changed, err
}

// afterReread returns the keys to judge a token by that names a key which is not among keys. The first of many callers
// reads the folder and the others wait for it, so that none of them is refused for having come a moment earlier.
func (s *Signer) afterReread(keys *keySet) *keySet {
	if s.settings.Folder == "" {
		return keys
	}
	s.reload.Lock()
	defer s.reload.Unlock()
	// A clock that was put back does not keep the folder closed.
	if since := s.now().Sub(s.asked); since < 0 || since >= rereadEvery {
		s.asked = s.now()
		// What is wrong with the folder is told by the next Reload.
		_ = s.reread()
	}
	return s.keys.Load()
}

// reread replaces the keys by what the folder holds now, if all of it can be used. The caller holds s.reload.
func (s *Signer) reread() error {
	before := s.keys.Load()
	keys, err := s.load(before, s.now())
	if err == nil && !slices.Equal(keys.facts, before.facts) {
		s.keys.Store(keys)
	}
	return err
}

// load reads all keys anew. The folder may not hold less than it takes to go on: a volume that is not mounted looks
// like an empty folder.
func (s *Signer) load(before *keySet, at time.Time) (*keySet, error) {
	algorithm, folder := s.settings.Algorithm, s.settings.Folder
	var pairs []*key
	if folder != "" {
		var err error
		pairs, err = readFolder(folder)
		if _, absent := errors.AsType[*fs.PathError](err); absent && before == nil && algorithm != domain.HS256 {
			return nil, fmt.Errorf("%w (vidaplus-auth keys generate %s makes a key there)", err, algorithm)
		}
		if err != nil {
			return nil, err
		}
	}
	switch keys := newKeySet(s.policy, algorithm, append(s.settings.secrets(), pairs...), before, at); {
	case algorithm != domain.HS256 && keys.signing(at) == nil:
		return nil, fmt.Errorf("the folder %q holds no signing key for %s, must hold one (vidaplus-auth keys generate %s)",
			folder, algorithm, algorithm)
	case len(pairs) == 0 && before != nil && len(before.named) > 0:
		return nil, fmt.Errorf("the folder %q holds no signing key any more", folder)
	default:
		return keys, nil
	}
}
