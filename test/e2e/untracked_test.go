package e2e

import (
	"net/http"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/program"
)

func TestUntracked_ATokenOfTheOriginalIsTakenIntoASession(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		old := untracked(maria, 10*time.Minute)
		first := s.refreshed(old)
		for range 3 {
			if again := s.refreshed(old); again != first {
				t.Fatalf("the replacement came as\n%s\nand then as\n%s", first, again)
			}
		}
		second := s.refreshed(first)
		s.records("untracked_token_taken_in", 1)

		s.refuses(old)
		s.records("token_reused", 1)
		s.refuses(first)
		s.refuses(second)
		s.refuses(old)
	})
}

func TestUntracked_TwoTabsEndWithTheSameToken(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		for n := range 5 {
			left, right := s.twoTabs(untracked(maria, 10*time.Minute+time.Duration(n)*time.Second))
			if left != right {
				t.Fatalf("one tab got\n%s\nand the other\n%s", left, right)
			}
		}
	})
}

func TestUntracked_AfterTheGraceATokenThatWasTakenInEndsItsSession(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, "REFRESH_GRACE=300ms")
		old := untracked(maria, 10*time.Minute)
		first := s.refreshed(old)
		program.Within(t, 5*time.Second, "the grace is over", func() bool { return s.refresh(old).status != http.StatusOK })
		s.refuses(old)
		s.refuses(first)
		s.records("token_reused", 1)
	})
}

func TestUntracked_TwoTokensAreTwoSessions(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		one, two := s.refreshed(untracked(maria, 10*time.Minute)), s.refreshed(untracked(maria, 11*time.Minute))
		if sessionOf(t, one) == sessionOf(t, two) {
			t.Error("two tokens were taken into one session")
		}
		s.Must("", "sessions", "revoke", sessionOf(t, one))
		s.refuses(one)
		s.refuses(untracked(maria, -time.Minute))
		s.refreshed(two)
	})
}

func TestUntracked_ARevokedSessionIsNotMadeAnewByItsToken(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		old := untracked(maria, 10*time.Minute)
		first := s.refreshed(old)
		s.Must("", "sessions", "revoke", sessionOf(t, first))
		s.refuses(old)
		s.refuses(first)
		s.Must("", "sessions", "prune")
		s.refuses(old)
	})
}
