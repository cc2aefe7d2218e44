package e2e

import (
	"testing"
	"time"
)

func TestKeys_TheFirstSignsAtOnceAndTheNextTenMinutesLater(t *testing.T) {
	t.Parallel()
	s := signsWith(t, "ES256", "sqlite:vidaplus.db")
	first := s.keyFiles()[0]
	if ago := time.Since(first.begins); ago < 0 || ago > time.Minute {
		t.Errorf("the first key begins at %v", first.begins)
	}
	second := s.generateKey("ES256")
	if ahead := time.Until(second.begins); ahead > 10*time.Minute || ahead < 9*time.Minute {
		t.Errorf("the second key begins at %v", second.begins)
	}
	s.isRead(first, second)
	if _, id := verified(t, s.keySet(), "ES256", s.loggedIn()); id != first.id {
		t.Error("the second key signs before its time")
	}
	if one, two := s.keyUse(first.id), s.keyUse(second.id); one != "signs" || two != "begins later" {
		t.Errorf("keys list says that the first one %q and the second one %q", one, two)
	}
	if out, errs, code := s.Run("", "keys", "generate", "ES256", "--if-absent"); code != 0 || len(s.keyFiles()) != 2 {
		t.Errorf("--if-absent ended with %d: %s%s", code, out, errs)
	}
}

func TestKeys_ARetiredOneIsPublishedUntilItsLastTokenHasExpired(t *testing.T) {
	t.Parallel()
	s := signsWith(t, "EdDSA", "sqlite:vidaplus.db", "ACCESS_TOKEN_EXPIRE_MINUTES=1")
	first, second := s.keyFiles()[0].beginning(t, time.Now().Add(-time.Hour)), s.generateKey("EdDSA")
	for _, c := range []struct {
		ago         time.Duration
		needed      bool
		firstDoes   string
		secondBegun bool
	}{
		{-time.Minute, true, "signs", false},
		{50 * time.Second, true, "verifies", true},
		{10 * time.Minute, false, "not needed any more", true},
	} {
		second = second.beginning(t, time.Now().Add(-c.ago))
		s.restart()
		if s.publishes(first, second) != c.needed || s.publishes(second) == c.needed {
			t.Errorf("%v after its successor began, the published keys are %v", c.ago, s.keySet().Keys)
		}
		if does := s.keyUse(first.id); does != c.firstDoes {
			t.Errorf("%v after its successor began, keys list says that it %q, want %q", c.ago, does, c.firstDoes)
		}
		if _, id := verified(t, s.keySet(), "EdDSA", s.loggedIn()); (id == second.id) != c.secondBegun {
			t.Errorf("%v after the second key began, %s signs", c.ago, id)
		}
	}
}
