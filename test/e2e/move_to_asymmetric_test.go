package e2e

import (
	"encoding/json"
	"path/filepath"
	"testing"
	"time"
)

// algorithmOf returns what a token says that it was signed with.
func algorithmOf(t *testing.T, token string) string {
	t.Helper()
	var header struct{ Alg string }
	if err := json.Unmarshal([]byte(claimsOf(t, token).header), &header); err != nil {
		t.Fatal(err)
	}
	return header.Alg
}

func TestMove_FromHS256ToAnotherAlgorithmAndBackLogsNobodyOut(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, "REFRESH_GRACE=5m")
		replaced := s.loggedIn()
		current := s.refreshed(replaced)
		aside, old := s.loggedIn(), untracked(maria, 10*time.Minute)

		s.Env = append(s.Env, "SIGNING_KEYS_DIR="+filepath.Join(s.Dir, "keys"))
		key := s.generateKey("EdDSA")
		s.restart()
		if !s.publishes(key) {
			t.Error("the key is not published before it signs")
		}
		replaced, current = current, s.isSignedWith("HS256", current)

		s.restart("ALGORITHM=EdDSA")
		again := s.isSignedWith("EdDSA", replaced)
		if claimsOf(t, again).text(t, "jti") != claimsOf(t, current).text(t, "jti") {
			t.Error("the token just replaced got something else than the current token")
		}
		current = s.isSignedWith("EdDSA", s.isSignedWith("EdDSA", current))
		old = s.isSignedWith("EdDSA", old)
		s.isSignedWith("EdDSA", s.loggedIn())

		s.restart("ALGORITHM=HS256")
		s.isSignedWith("HS256", s.isSignedWith("HS256", current))
		s.isSignedWith("HS256", old)
		s.isSignedWith("HS256", aside)
		s.records("token_reused", 0)
	})
}

// isSignedWith uses a token, refreshes it, and checks what the next one is signed with.
func (s *service) isSignedWith(algorithm, token string) string {
	s.T.Helper()
	s.me(token)
	next := s.refreshed(token)
	if got := algorithmOf(s.T, next); got != algorithm {
		s.T.Errorf("the next token is signed with %s, want %s", got, algorithm)
	}
	return next
}

func TestMove_WithoutTheSecretTokensOfHS256AreRefused(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		token := s.loggedIn()
		s.Env = append(s.Env, "SIGNING_KEYS_DIR="+filepath.Join(s.Dir, "keys"))
		s.generateKey("ES256")
		s.restart("ALGORITHM=ES256", "SECRET_KEY=")
		s.refuses(token)
		s.refuses(untracked(maria, time.Minute))
		s.isSignedWith("ES256", s.loggedIn())
	})
}

func TestMove_TheSecretIsReplacedAndNobodyIsLoggedOut(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		const next, last = "the next key for tests alone, of thirty-two bytes", "the last key for tests alone, of thirty-two bytes"
		s := withUser(t, database)
		token, left, old := s.loggedIn(), s.loggedIn(), untracked(maria, 10*time.Minute)
		s.restart("SECRET_KEY="+next, "PREVIOUS_SECRET_KEYS_FILE="+s.write("previous", secretKey+"\n"))
		s.me(token)
		token = s.refreshed(token)
		readJWT(t, token, next)
		s.write("previous", secretKey+"\n"+next+"\n")
		s.restart("SECRET_KEY=" + last)
		token = s.refreshed(token)
		readJWT(t, token, last)
		readJWT(t, s.refreshed(old), last)
		s.restart("PREVIOUS_SECRET_KEYS_FILE=")
		s.refuses(left)
		s.refreshed(token)
		s.records("token_reused", 0)
	})
}

func TestMove_ReplicasWithTheOldAndTheNewConfigurationServeSideBySide(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		s.Env = append(s.Env, "SIGNING_KEYS_DIR="+filepath.Join(s.Dir, "keys"))
		s.generateKey("RS256")
		s.restart()
		moved := s.beside("ALGORITHM=RS256")
		token, old := s.loggedIn(), untracked(maria, 10*time.Minute)
		for range 3 {
			token = s.isSignedWith("HS256", moved.isSignedWith("RS256", token))
			old = moved.isSignedWith("RS256", s.isSignedWith("HS256", old))
		}
		replaced := moved.loggedIn()
		one := moved.isSignedWith("RS256", replaced)
		two := s.isSignedWith("HS256", replaced)
		if claimsOf(t, one).payload != claimsOf(t, two).payload {
			t.Error("the token just replaced got one replacement here and another there")
		}
		if moved.refreshed(two) == "" || len(s.keySet().Keys) != 1 || len(moved.keySet().Keys) != 1 {
			t.Error("the replicas do not publish the same key")
		}
		s.records("token_reused", 0)
		moved.records("token_reused", 0)
	})
}
