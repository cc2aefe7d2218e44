package domain_test

import (
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

func TestRotated_MakesTheNextTokenCurrentAndRemembersThePresentedOne(t *testing.T) {
	s := rotated().Session
	at := noon.Add(time.Minute)
	r := policy.Rotation("s", id(3), "B"+bits[1:], at)
	got := s.Rotated(r)
	want := s
	want.Current = domain.Token{
		ID: domain.NewTokenID(4, "B"+bits[1:]), IssuedAt: at.Truncate(time.Second),
		ExpiresAt: at.Truncate(time.Second).Add(30 * time.Minute),
	}
	want.Replaced, want.ReplacedAt, want.LastExpiry = id(3), at, want.Current.ExpiresAt
	if got != want {
		t.Errorf("the session is\n%+v, want\n%+v", got, want)
	}
}

func TestRotated_CutsTheTokenToTheSessionsEnd(t *testing.T) {
	s := rotated().Session
	got := s.Rotated(policy.Rotation("s", id(3), bits, s.EndsAt.Add(-30*time.Minute)))
	if !got.Current.ExpiresAt.Equal(s.EndsAt) {
		t.Errorf("half an hour before the end: it expires at %v, want %v", got.Current.ExpiresAt, s.EndsAt)
	}
	got = s.Rotated(policy.Rotation("s", id(3), bits, s.EndsAt.Add(-tick)))
	if !got.Current.ExpiresAt.Equal(s.EndsAt) {
		t.Errorf("a tick before the end: it expires at %v, want %v", got.Current.ExpiresAt, s.EndsAt)
	}
}

func TestRotated_KeepsTheLatestExpiryOfAnyToken(t *testing.T) {
	s := rotated().Session
	shorter := policy
	shorter.TokenLifetime = time.Minute
	if got := s.Rotated(shorter.Rotation("s", id(3), bits, noon)); !got.LastExpiry.Equal(s.LastExpiry) {
		t.Errorf("the last expiry is %v, want %v", got.LastExpiry, s.LastExpiry)
	}
}

func TestSessionEnd_IsAWholeSecondNeverLaterThanTheMaximumAge(t *testing.T) {
	if got, want := policy.SessionEnd(noon), noon.Truncate(time.Second).Add(24*time.Hour); !got.Equal(want) {
		t.Errorf("the session ends at %v, want %v", got, want)
	}
}

func TestFirstToken_IsOfGenerationOneAndEndsWithTheSession(t *testing.T) {
	end := noon.Add(time.Minute).Truncate(time.Second)
	want := domain.Token{ID: id(1), IssuedAt: noon.Truncate(time.Second), ExpiresAt: end}
	if got := policy.FirstToken(bits, noon, end); got != want {
		t.Errorf("the token is %+v, want %+v", got, want)
	}
}

func TestLiveAndOpen_EndToTheMicrosecond(t *testing.T) {
	s := rotated()
	expiry := s.Current.ExpiresAt
	for name, c := range map[string]struct {
		alter      func(*domain.SessionState)
		at         time.Time
		live, open bool
	}{
		"as it is":                 {func(*domain.SessionState) {}, noon, true, true},
		"before its token expires": {func(*domain.SessionState) {}, expiry.Add(-tick), true, true},
		"when its token expires":   {func(*domain.SessionState) {}, expiry, false, true},
		"before its end":           {func(s *domain.SessionState) { s.EndsAt = noon.Add(tick) }, noon, true, true},
		"at its end":               {func(s *domain.SessionState) { s.EndsAt = noon }, noon, false, false},
		"revoked":                  {func(s *domain.SessionState) { s.RevokedAt = noon.Add(time.Hour) }, noon, false, false},
		"its user disabled":        {func(s *domain.SessionState) { s.UserEnabled = false }, noon, true, false},
	} {
		s := rotated()
		c.alter(&s)
		if live, open := s.Live(c.at), s.Open(c.at); live != c.live || open != c.open {
			t.Errorf("%s: live %v and open %v, want %v and %v", name, live, open, c.live, c.open)
		}
	}
}

func TestPruneBefore_LeavesRoomForClocksThatDiffer(t *testing.T) {
	for leeway, want := range map[time.Duration]time.Duration{0: time.Minute, time.Second: time.Minute, 90 * time.Second: 90 * time.Second} {
		p := policy
		p.ClockLeeway = leeway
		if got := p.PruneBefore(noon); !got.Equal(noon.Add(-want)) {
			t.Errorf("with a leeway of %v it is %v before, want %v", leeway, noon.Sub(got), want)
		}
	}
}
