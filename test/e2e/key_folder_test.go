package e2e

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/program"
)

// warnsOfKeys waits until the service has warned about its keys so many times. It looks at its folder now and then by
// itself.
func (s *service) warnsOfKeys(times int) {
	s.T.Helper()
	program.Within(s.T, time.Minute, "there is a warning about the keys in the log", func() bool {
		warnings := 0
		for line := range strings.Lines(s.Out.String()) {
			if strings.Contains(line, `"level":"warn"`) && strings.Contains(line, "signing key") {
				warnings++
			}
		}
		return warnings == times
	})
}

// troubles are what may become of a folder with one key in it, and how that is mended. Nothing is forbidden to root, so
// what cannot be read is a folder in the place of a file.
var troubles = map[string]struct {
	spoil, mend func(s *service, folder string, key keyFile) error
}{
	"emptied": {
		func(_ *service, folder string, key keyFile) error { return os.Rename(key.path, folder+".away") },
		func(_ *service, folder string, key keyFile) error { return os.Rename(folder+".away", key.path) },
	},
	"gone": {
		func(_ *service, folder string, _ keyFile) error { return os.Rename(folder, folder+".away") },
		func(_ *service, folder string, _ keyFile) error { return os.Rename(folder+".away", folder) },
	},
	"a file": {
		func(_ *service, folder string, _ keyFile) error {
			return errors.Join(os.Rename(folder, folder+".away"), os.WriteFile(folder, nil, 0o600))
		},
		func(_ *service, folder string, _ keyFile) error {
			return errors.Join(os.Remove(folder), os.Rename(folder+".away", folder))
		},
	},
	"with half a key": {
		func(_ *service, folder string, _ keyFile) error {
			return os.WriteFile(filepath.Join(folder, "half.pem"), []byte("-----BEGIN PRIVATE KEY-----\nMC4C"), 0o600)
		},
		func(_ *service, folder string, _ keyFile) error { return os.Remove(filepath.Join(folder, "half.pem")) },
	},
	"with a key of another algorithm alone": {
		func(s *service, folder string, key keyFile) error {
			s.generateKey("ES256")
			return os.Rename(key.path, folder+".away")
		},
		func(s *service, folder string, key keyFile) error {
			return errors.Join(os.Remove(s.keyFiles()[0].path), os.Rename(folder+".away", key.path))
		},
	},
	"unreadable": {
		func(_ *service, folder string, key keyFile) error {
			return errors.Join(os.Rename(key.path, folder+".away"), os.Mkdir(key.path, 0o700))
		},
		func(_ *service, folder string, key keyFile) error {
			return errors.Join(os.Remove(key.path), os.Rename(folder+".away", key.path))
		},
	},
}

func TestKeyFolder_WhateverBecomesOfItTheLastGoodKeysStayInUse(t *testing.T) {
	t.Parallel()
	// All at once, since a service looks at its folder by itself every now and then only.
	services, keys := map[string]*service{}, map[string]keyFile{}
	for what, trouble := range troubles {
		s := signsWith(t, "EdDSA", "sqlite:vidaplus.db")
		services[what], keys[what] = s, s.keyFiles()[0]
		if err := trouble.spoil(s, filepath.Join(s.Dir, "keys"), keys[what]); err != nil {
			t.Fatal(err)
		}
	}
	for what, s := range services {
		t.Run(what, func(t *testing.T) {
			s.warnsOfKeys(1)
			token := s.refreshed(s.loggedIn())
			s.me(token)
			if _, err := s.resourceServer("EdDSA").Verify(t.Context(), token); err != nil || !s.publishes(keys[what]) {
				t.Errorf("the published keys are %v, %v", s.keySet().Keys, err)
			}
			if text := s.Out.String(); strings.Contains(text, "PRIVATE") || strings.Contains(text, "MC4C") {
				t.Errorf("what is in a file was printed:\n%s", text)
			}
			if err := troubles[what].mend(s, filepath.Join(s.Dir, "keys"), keys[what]); err != nil {
				t.Fatal(err)
			}
			second := s.generateKey("EdDSA").beginning(t, time.Now())
			s.isRead(keys[what], second)
			if next := s.refreshed(token); signerOf(t, next) != second.id {
				t.Error("after the trouble a refresh is signed with the first key")
			}
		})
	}
}

// Where a secret signs, nothing but tokens of before needs the folder, and they are somebody's sessions.
func TestKeyFolder_EmptiedWhileASecretSignsItsKeysStillVerify(t *testing.T) {
	t.Parallel()
	s := signsWith(t, "EdDSA", "sqlite:vidaplus.db")
	key, token := s.keyFiles()[0], s.loggedIn()
	s.restart("ALGORITHM=HS256")
	if err := os.Remove(key.path); err != nil {
		t.Fatal(err)
	}
	s.isRead(key)
	s.isSignedWith("HS256", token)
}

// A token of a key that only another replica knows so far is not refused: it makes this one look.
func TestKeyFolder_ATokenOfAKeyThatIsNotReadYetIsGood(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := signsWith(t, "EdDSA", database)
		first := s.keyFiles()[0]
		program.Within(t, 5*time.Second, "the second in which the first key began is over", func() bool {
			return time.Since(first.begins) > time.Second
		})
		second := s.generateKey("EdDSA").beginning(t, time.Now())
		knowing := s.beside()
		token := knowing.loggedIn()
		if signerOf(t, token) != second.id || !s.publishes(first) {
			t.Fatal("the first replica knows the second key already, so this tells nothing")
		}
		s.me(token)
		s.refreshed(token)
		if !s.publishes(first, second) {
			t.Error("the second key is used and not published")
		}
	})
}

func TestKeyFolder_WithoutAKeyToSignWithTheServiceDoesNotStart(t *testing.T) {
	t.Parallel()
	for what, spoil := range map[string]func(s *service){
		"no folder":        func(s *service) { s.cannotServe("generate EdDSA") },
		"no folder at all": func(s *service) { s.write("keys", ""); s.cannotServe("not a directory") },
		"an empty folder":  func(s *service) { mustMake(s.T, filepath.Join(s.Dir, "keys")); s.cannotServe("generate EdDSA") },
		"another key":      func(s *service) { s.generateKey("ES256"); s.cannotServe("generate EdDSA") },
		"a file in pieces": func(s *service) { s.generateKey("EdDSA"); s.write("keys/x.pem", "x"); s.cannotServe("x.pem") },
		"no setting":       func(s *service) { s.Env = append(s.Env, "SIGNING_KEYS_DIR="); s.cannotServe("is not set") },
	} {
		t.Run(what, func(t *testing.T) {
			s := operator(t, "sqlite:vidaplus.db", "ALGORITHM=EdDSA", "SIGNING_KEYS_DIR=keys")
			s.Must("", "users", "list")
			spoil(s)
		})
	}
}

// cannotServe checks that the folder of keys is told as a mistake of the configuration, beside the others.
func (s *service) cannotServe(words ...string) {
	s.T.Helper()
	words = append(words, "SIGNING_KEYS_DIR")
	for _, line := range [][]string{nil, {"config"}, {"keys", "list"}} {
		s.fails(2, "", line, words...)
	}
	s.Env = append(s.Env, "LOG_LEVEL=loud")
	s.fails(2, "", nil, append(words, "LOG_LEVEL")...)
}

func mustMake(t *testing.T, folder string) {
	t.Helper()
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
}
