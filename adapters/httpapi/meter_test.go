package httpapi

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// counts waits until a line is among the metrics: a request is counted after its answer.
func (s *stage) counts(t *testing.T, line string) {
	t.Helper()
	var lines []string
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		text, _, err := s.meter.Text()
		if err != nil {
			t.Fatal(err)
		}
		if lines = strings.Split(string(text), "\n"); slices.Contains(lines, line) {
			return
		}
	}
	t.Errorf("%s is not in\n%s", line, strings.Join(slices.DeleteFunc(lines, func(l string) bool {
		return !strings.HasPrefix(l, "vidaplus_") || strings.Contains(l, "_bucket")
	}), "\n"))
}

func refreshes(outcome string, n int) string {
	return fmt.Sprintf("vidaplus_refreshes_total{outcome=%q} %d", outcome, n)
}

func logins(outcome string, n int) string {
	return fmt.Sprintf("vidaplus_logins_total{outcome=%q} %d", outcome, n)
}

func TestMeter_CountsRefreshesByTheirOutcome(t *testing.T) {
	s := newStage(t, nil)
	first := s.logIn(t)
	second := tokenOf(t, s.send(t, refresh("Bearer "+first)))
	s.send(t, refresh("Bearer "+first))
	s.send(t, refresh("Bearer "+first))
	s.counts(t, refreshes("rotated", 1))
	s.counts(t, refreshes("replayed", 2))
	third := tokenOf(t, s.send(t, refresh("Bearer "+second)))
	s.send(t, refresh("Bearer "+first))
	s.counts(t, refreshes("reused", 1))
	s.send(t, refresh("Bearer "+third))
	s.counts(t, refreshes("revoked", 1))
	s.send(t, refresh("Bearer x"))
	s.send(t, refresh())
	s.counts(t, refreshes("refused", 2))
	s.counts(t, refreshes("rotated", 2))
	s.counts(t, refreshes("expired", 0))
}

func TestMeter_CountsFaultsAsFaults(t *testing.T) {
	s := newStage(t, nil)
	token := s.logIn(t)
	for outcome, err := range map[string]error{
		"unavailable": fmt.Errorf("down: %w and %w", domain.ErrTokenReused, domain.ErrUnavailable),
		"expired":     fmt.Errorf("rotate: %w", domain.ErrTokenExpired),
		"failed":      fmt.Errorf("out of cheese"),
	} {
		s.rotate = func(context.Context) error { return err }
		s.send(t, refresh("Bearer "+token))
		s.counts(t, refreshes(outcome, 1))
	}
}

func TestMeter_CountsAPanicAsAFailure(t *testing.T) {
	s := newStage(t, nil)
	token := s.logIn(t)
	s.rotate = func(context.Context) error { panic("out of cheese") }
	s.send(t, refresh("Bearer "+token))
	s.counts(t, refreshes("failed", 1))
	s.find = func(context.Context) error { panic("out of cheese") }
	s.send(t, form(good))
	s.counts(t, logins("failed", 1))
}

func TestMeter_CountsLogInsByTheirOutcome(t *testing.T) {
	s := newStage(t, nil)
	s.logIn(t)
	s.counts(t, logins("succeeded", 1))
	s.send(t, form("username="+maria+"&password=wrong"))
	s.send(t, form("username=nobody&password=wrong"))
	s.counts(t, logins("refused", 2))
	s.send(t, form("username="+maria))
	s.counts(t, logins("invalid", 1))
	s.hashing = func() error { return domain.ErrBusy }
	s.send(t, form(good))
	s.counts(t, logins("busy", 1))
	s.find = func(context.Context) error { return fmt.Errorf("down: %w", domain.ErrUnavailable) }
	s.send(t, form(good))
	s.counts(t, logins("unavailable", 1))
}

func TestMeter_AClientThatHungUpIsNoOutage(t *testing.T) {
	s := newStage(t, nil)
	s.hangUp(t, 1, bodied("POST", "/auth/token", "", "application/x-www-form-urlencoded", good))
	s.counts(t, logins("hung_up", 1))
	s.counts(t, logins("unavailable", 0))
	s.counts(t, `vidaplus_http_requests_total{method="POST",outcome="hung_up",route="/auth/token",status="499"} 1`)
}

// TestMeter_EveryOutcomeIsThereFromTheStart compares the words of both sides: what appears only when it happens first
// does not look like an increase.
func TestMeter_EveryOutcomeIsThereFromTheStart(t *testing.T) {
	s := newStage(t, nil)
	for _, outcome := range []string{
		wasRotated, wasReplayed, ends[domain.ErrTokenReused], ends[domain.ErrTokenExpired], ends[domain.ErrSessionEnded],
		wasRefused, wasUnavailable, hasFailed,
	} {
		s.counts(t, refreshes(outcome, 0))
	}
	for _, outcome := range []string{
		hasSucceeded, wasRefused, wasInvalid, ends[domain.ErrBusy], wasUnavailable, wasHungUp, hasFailed,
	} {
		s.counts(t, logins(outcome, 0))
	}
}

func TestMeter_ClientsCannotMakeUpLabels(t *testing.T) {
	const secret = "Hunter2Hunter2"
	s := newStage(t, nil)
	for _, raw := range []string{
		request(secret, "/"+secret+"?"+secret, "", "User-Agent: "+secret, "X-Request-ID: "+secret),
		request("GET", "/docs/"+secret+"/", ""), request("DELETE", "/auth/sessions/"+secret, ""),
		request(secret, "/auth/token/", ""), refresh("Bearer " + secret), form("username=" + secret + "&password=" + secret),
	} {
		s.send(t, raw)
	}
	for _, labels := range []string{
		`method="other",outcome="invalid",route="other",status="404"`, `method="GET",outcome="invalid",route="/docs/:file",status="404"`,
		`method="DELETE",outcome="refused",route="/auth/sessions/:id",status="401"`, `method="other",outcome="invalid",route="/auth/token",status="405"`,
		`method="POST",outcome="refused",route="/auth/token/refresh_token",status="401"`, `method="POST",outcome="refused",route="/auth/token",status="401"`,
	} {
		s.counts(t, "vidaplus_http_requests_total{"+labels+"} 1")
	}
	if text, _, _ := s.meter.Text(); strings.Contains(string(text), secret) {
		t.Errorf("the metrics hold what a client wrote:\n%s", text)
	}
}
