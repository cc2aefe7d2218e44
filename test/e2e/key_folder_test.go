package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// warnsOfKeys waits until the service has warned about its keys so many times. It looks at its folder now and then by
// itself.
func (s *service) warnsOfKeys(times int) {
	s.t.Helper()
	within(s.t, time.Minute, "there is a warning about the keys in the log", func() bool {
		warnings := 0
		for line := range strings.Lines(s.out.String()) {
			if strings.Contains(line, `"level":"warn"`) && strings.Contains(line, "signing key") {
				warnings++
			}
		}
		return warnings == times
	})
}

func TestKeyFolder_WhateverBecomesOfItTheLastGoodKeysStayInUse(t *testing.T) {
	t.Parallel()
	for what, spoil := range map[string]func(folder string, key keyFile) error{
		"emptied": func(_ string, key keyFile) error { return os.Rename(key.path, key.path+".away") },
		"gone":    func(folder string, _ keyFile) error { return os.Rename(folder, folder+".away") },
		"a file":  func(folder string, _ keyFile) error { return swapped(folder, folder+".away") },
		"half way": func(folder string, _ keyFile) error {
			return os.WriteFile(filepath.Join(folder, "new.pem"), []byte("-----BEGIN"), 0o600)
		},
		"unreadable": func(_ string, key keyFile) error {
			// Nothing is unreadable to root, but a folder is no file for root either.
			if err := os.Rename(key.path, key.path+".away"); err != nil {
				return err
			}
			return os.Mkdir(key.path, 0o700)
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			s := signsWith(t, "EdDSA", "sqlite:vidaplus.db")
			key, token := s.keyFiles()[0], s.loggedIn()
			if err := spoil(filepath.Join(s.dir, "keys"), key); err != nil {
				t.Fatal(err)
			}
			s.warnsOfKeys(1)
			token = s.refreshed(token)
			s.me(token)
			if !s.publishes(key) {
				t.Errorf("the published keys are %v", s.keySet().Keys)
			}
			if _, err := s.resourceServer("EdDSA").Verify(t.Context(), s.loggedIn()); err != nil {
				t.Error(err)
			}
			if text := s.out.String(); strings.Contains(text, "PRIVATE") || strings.Contains(text, "BEGIN") {
				t.Errorf("what is in a file was printed:\n%s", text)
			}
		})
	}
}

func swapped(folder, away string) error {
	if err := os.Rename(folder, away); err != nil {
		return err
	}
	return os.WriteFile(folder, nil, 0o600)
}

func TestKeyFolder_ANewKeyIsTakenUpAfterATroubleIsOver(t *testing.T) {
	t.Parallel()
	s := signsWith(t, "EdDSA", "sqlite:vidaplus.db")
	first, old := s.keyFiles()[0], s.loggedIn()
	broken := filepath.Join(s.dir, "keys", "broken.pem")
	if err := os.WriteFile(broken, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.warnsOfKeys(1)
	if err := os.Remove(broken); err != nil {
		t.Fatal(err)
	}
	second := s.generateKey("EdDSA").beginning(t, time.Now())
	s.isRead(first, second)
	within(t, 10*time.Second, "the second key signs", func() bool { return signerOf(t, s.loggedIn()) == second.id })
	if next := s.refreshed(old); signerOf(t, next) != second.id {
		t.Error("a refresh is signed with the first key")
	}
}

// A token of a key that only another replica knows so far is not refused: it makes this one look.
func TestKeyFolder_ATokenOfAKeyThatIsNotReadYetIsGood(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := signsWith(t, "EdDSA", database)
		first := s.keyFiles()[0]
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
		"no folder":        func(s *service) { s.fails(1, "", nil, "EdDSA") },
		"an empty folder":  func(s *service) { mustMake(s.t, filepath.Join(s.dir, "keys")); s.fails(1, "", nil, "EdDSA") },
		"another key":      func(s *service) { s.generateKey("ES256"); s.fails(1, "", nil, "EdDSA") },
		"a file in pieces": func(s *service) { s.generateKey("EdDSA"); s.write("keys/x.pem", "x"); s.fails(1, "", nil, "x.pem") },
		"no setting":       func(s *service) { s.env = append(s.env, "SIGNING_KEYS_DIR="); s.fails(2, "", nil, "SIGNING_KEYS_DIR") },
	} {
		t.Run(what, func(t *testing.T) {
			spoil(operator(t, "sqlite:vidaplus.db", "ALGORITHM=EdDSA", "SIGNING_KEYS_DIR=keys"))
		})
	}
}

func mustMake(t *testing.T, folder string) {
	t.Helper()
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
}
