package e2e

import (
	"context"
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/program"
)

func TestCrash_EveryTokenThatWasHandedOutStillWorks(t *testing.T) {
	onEachEngine(t, func(t *testing.T, database string) {
		t.Parallel()
		s := withUser(t, database, "LOG_LEVEL=warn")
		members := crowd(crowdSize, s)
		for range 4 {
			served := members[0].seen.count(http.StatusOK)
			refreshUntilKilled(t, s, members)
			if members[0].seen.count(http.StatusOK) < served+crowdSize {
				t.Fatal("the service was killed before it was busy, so nothing is proved")
			}
			s.Start()
			nobodyWasTurnedAway(t, members)
		}
		if members[0].seen.count(0) == 0 {
			t.Error("no request was cut off by the crash, so half of this story was not told")
		}
	})
}

// refreshUntilKilled kills the service as soon as every member has been served a few times. A try that got no answer
// leaves its member with the token that it presented.
func refreshUntilKilled(t *testing.T, s *service, members []*member) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		refreshing(ctx, members)
		close(done)
	}()
	goal := members[0].seen.count(http.StatusOK) + 10*len(members)
	program.Within(t, time.Minute, "the crowd is served", func() bool { return members[0].seen.count(http.StatusOK) >= goal })
	s.Stop(syscall.SIGKILL)
	stop()
	<-done
}
