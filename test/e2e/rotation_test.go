package e2e

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/program"
)

func TestRefresh_ACurrentTokenGetsANewOne(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		token := s.loggedIn()
		seen := map[string]bool{token: true}
		for range 5 {
			token = s.refreshed(token)
			if seen[token] {
				t.Fatal("the new token was handed out before")
			}
			seen[token] = true
		}
	})
}

func TestRefresh_TheTokenJustReplacedGetsTheSameReplacementAgainWithinTheGrace(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		first := s.loggedIn()
		second := s.refreshed(first)
		for range 10 {
			if again := s.refreshed(first); again != second {
				t.Fatalf("the replacement came as\n%s\nand then as\n%s", second, again)
			}
		}
		if third := s.refreshed(second); third == second {
			t.Error("asking again replaced nothing, but the token that came is not current either")
		}
	})
}

func TestRefresh_TwoTabsEndWithTheSameToken(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		token := s.loggedIn()
		for range 5 {
			left, right := s.twoTabs(token)
			if left != right {
				t.Fatalf("one tab got\n%s\nand the other\n%s", left, right)
			}
			token = left
		}
	})
}

// twoTabs presents one token twice at the same moment.
func (s *service) twoTabs(token string) (left, right string) {
	s.T.Helper()
	type outcome struct {
		answer answer
		err    error
	}
	other := make(chan outcome)
	go func() {
		got, err := s.tryRefresh(token)
		other <- outcome{got, err}
	}()
	mine := s.refresh(token)
	theirs := <-other
	if theirs.err != nil {
		s.T.Fatal(theirs.err)
	}
	return mine.token(s.T), theirs.answer.token(s.T)
}

func TestRefresh_AnOlderTokenEndsTheSession(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		for present := range 2 {
			bystander := s.loggedIn()
			tokens := []string{s.loggedIn()}
			for range 3 {
				tokens = append(tokens, s.refreshed(tokens[len(tokens)-1]))
			}
			before := s.recorded("token_reused")
			s.refuses(tokens[present])
			s.records("token_reused", before+1)
			for _, token := range slices.Backward(tokens) {
				s.refuses(token)
			}
			s.records("token_reused", before+1)
			s.refreshed(bystander)
		}
		s.records("session_revoked", 2)
	})
}

func TestRefresh_TheTokenJustReplacedEndsTheSessionAfterTheGrace(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, "REFRESH_GRACE=300ms")
		first := s.loggedIn()
		second := s.refreshed(first)
		program.Within(t, 5*time.Second, "the grace is over", func() bool {
			got := s.refresh(first)
			return got.status != http.StatusOK || got.token(t) != second
		})
		s.refuses(first)
		s.refuses(second)
		s.records("token_reused", 1)
	})
}

func TestRefresh_WithoutAGraceATokenIsGoodOnce(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, "REFRESH_GRACE=0s")
		first := s.loggedIn()
		second := s.refreshed(first)
		s.refuses(first)
		s.refuses(second)
	})
}

func TestRefresh_WithRefuseAReusedTokenIsRecordedAndEndsNothing(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, "REUSE_ACTION=refuse")
		first := s.loggedIn()
		second := s.refreshed(first)
		third := s.refreshed(second)
		s.refuses(first)
		s.refuses(first)
		s.records("token_reused", 2)
		s.records("session_revoked", 0)
		s.refreshed(third)
	})
}

func TestRefresh_ARestartForgetsNothing(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, "REFRESH_GRACE=5m")
		oldest := s.loggedIn()
		replaced := s.refreshed(oldest)
		current := s.refreshed(replaced)
		s.restart()
		if again := s.refreshed(replaced); again != current {
			t.Errorf("the replacement came as\n%s\nand after a restart as\n%s", current, again)
		}
		s.refuses(oldest)
		s.refuses(current)
		s.records("token_reused", 1)
	})
}
