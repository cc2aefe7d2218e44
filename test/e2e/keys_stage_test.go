package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"

	"github.com/vidaplus/vidaplus-auth/test/program"
)

const (
	issuer   = "https://auth.example.com"
	audience = "vidaplus-api"
)

// asymmetric are the algorithms with public keys.
var asymmetric = []string{"EdDSA", "ES256", "RS256"}

// signsWith starts a service with a first key of an algorithm, in a folder keys of its own, and an account for maria.
func signsWith(t *testing.T, algorithm, database string, env ...string) *service {
	t.Helper()
	s := operator(t, database, append([]string{"ISSUER=" + issuer, "AUDIENCE=" + audience}, env...)...)
	s.Env = append(s.Env, "SIGNING_KEYS_DIR="+filepath.Join(s.Dir, "keys"))
	s.generateKey(algorithm)
	s.Env = append(s.Env, "ALGORITHM="+algorithm)
	s.AddUser(maria, mariasPassword)
	s.Start()
	return s
}

// beside starts another service with the same configuration, but for what env says.
func (s *service) beside(env ...string) *service {
	s.T.Helper()
	other := unstarted(s.T, program.Process{Env: slices.Concat(s.Env, env)})
	other.Start()
	return other
}

// keyFile is a key in the service's folder.
type keyFile struct {
	path, id string
	begins   time.Time
}

const keyTime = "20060102T150405Z"

var keyName = regexp.MustCompile(`^(\d{8}T\d{6}Z)_([A-Za-z0-9_-]{43})\.pem$`)

func (s *service) keyFiles() []keyFile {
	s.T.Helper()
	entries, err := os.ReadDir(filepath.Join(s.Dir, "keys"))
	if err != nil && !os.IsNotExist(err) {
		s.T.Fatal(err)
	}
	var all []keyFile
	for _, entry := range entries {
		match := keyName.FindStringSubmatch(entry.Name())
		if match == nil {
			s.T.Fatalf("there is a file %s in the folder of keys", entry.Name())
		}
		begins, err := time.Parse(keyTime, match[1])
		if err != nil {
			s.T.Fatal(err)
		}
		all = append(all, keyFile{filepath.Join(s.Dir, "keys", entry.Name()), match[2], begins})
	}
	return all
}

// generateKey has the command make a key, and returns it.
func (s *service) generateKey(algorithm string) keyFile {
	s.T.Helper()
	before := s.keyFiles()
	s.Must("", "keys", "generate", algorithm)
	after := s.keyFiles()
	added := slices.DeleteFunc(slices.Clone(after), func(k keyFile) bool { return slices.Contains(before, k) })
	if len(added) != 1 || len(after) != len(before)+1 {
		s.T.Fatalf("the keys were %v and are %v", before, after)
	}
	return added[0]
}

// beginning lets a key begin at another instant, which stands in its file's name.
func (k keyFile) beginning(t *testing.T, at time.Time) keyFile {
	t.Helper()
	next := keyFile{filepath.Join(filepath.Dir(k.path), at.UTC().Format(keyTime)+"_"+k.id+".pem"), k.id, at.Truncate(time.Second)}
	if err := os.Rename(k.path, next.path); err != nil {
		t.Fatal(err)
	}
	return next
}

// keySet returns the published keys.
func (s *service) keySet() jose.JSONWebKeySet {
	s.T.Helper()
	var set jose.JSONWebKeySet
	s.call(http.MethodGet, "/.well-known/jwks.json", "", "").read(s.T, &set)
	return set
}

// publishes reports whether just these keys are published.
func (s *service) publishes(keys ...keyFile) bool {
	s.T.Helper()
	set := s.keySet()
	for _, key := range keys {
		if len(set.Key(key.id)) != 1 {
			return false
		}
	}
	return len(set.Keys) == len(keys)
}

// isRead makes a service that runs look at its folder, as a token of a key that it does not know yet does, until it
// publishes just these keys.
func (s *service) isRead(keys ...keyFile) {
	s.T.Helper()
	unknown := forge(secretKey, `{"alg":"EdDSA","typ":"JWT","kid":"`+strings.Repeat("A", 43)+`"}`, `{"exp":4000000000}`)
	program.Within(s.T, 10*time.Second, "the keys in the folder are published", func() bool {
		s.call(http.MethodGet, "/auth/me", unknown, "").isTurnedAway(s.T)
		return s.publishes(keys...)
	})
}

// resourceServer verifies tokens offline. It knows where the keys are published and fetches them when it has to.
func (s *service) resourceServer(algorithm string) *oidc.IDTokenVerifier {
	keys := oidc.NewRemoteKeySet(oidc.ClientContext(s.T.Context(), client), s.URL+"/.well-known/jwks.json")
	return oidc.NewVerifier(issuer, keys, &oidc.Config{ClientID: audience, SupportedSigningAlgs: []string{algorithm}})
}

// verified returns the payload of a token that one of the keys has signed, and that key's id. It fetches nothing.
func verified(t *testing.T, set jose.JSONWebKeySet, algorithm, token string) (payload, id string) {
	t.Helper()
	read, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.SignatureAlgorithm(algorithm)})
	if err != nil {
		t.Fatal(err)
	}
	id = read.Signatures[0].Protected.KeyID
	keys := set.Key(id)
	if len(keys) != 1 {
		t.Fatalf("there are %d keys of the id %q", len(keys), id)
	}
	text, err := read.Verify(keys[0])
	if err != nil {
		t.Fatalf("%s: %v", token, err)
	}
	return string(text), id
}

// keyUse returns what `keys list` says that a key does.
func (s *service) keyUse(id string) string {
	s.T.Helper()
	for line := range strings.Lines(s.Must("", "keys", "list")) {
		if fields := strings.Fields(line); fields[0] == id {
			return strings.Join(fields[3:], " ")
		}
	}
	s.T.Fatalf("keys list does not show %s:\n%s", id, s.Must("", "keys", "list"))
	return ""
}
