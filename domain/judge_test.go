package domain_test

import (
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

var (
	noon   = time.Date(2026, 3, 1, 12, 0, 0, 123456000, time.UTC)
	policy = domain.Policy{
		TokenLifetime: 30 * time.Minute, SessionMaxAge: 24 * time.Hour, RefreshGrace: 10 * time.Second, MaxSessions: 100,
	}
)

const tick = time.Microsecond

func id(generation int64) domain.TokenID { return domain.NewTokenID(generation, bits) }

// rotated returns a session that was begun a minute before noon and rotated twice, the second time at noon.
func rotated() domain.SessionState {
	began := noon.Add(-time.Minute)
	s := domain.Session{
		ID: "s", UserID: "u", CreatedAt: began, EndsAt: policy.SessionEnd(began),
		Current: policy.FirstToken(bits, began, policy.SessionEnd(began)),
	}
	s.LastExpiry = s.Current.ExpiresAt
	s = s.Rotated(policy.Rotation("s", id(1), bits, began.Add(time.Second)))
	s = s.Rotated(policy.Rotation("s", id(2), bits, noon))
	return domain.SessionState{Session: s, Email: "maria@example.com", UserEnabled: true}
}

func TestJudge_FollowsTheTableOfRotation(t *testing.T) {
	s := rotated()
	expiry := s.Current.ExpiresAt
	as := func(alter func(*domain.SessionState)) domain.SessionState {
		altered := rotated()
		alter(&altered)
		return altered
	}
	revoked := as(func(s *domain.SessionState) { s.RevokedAt = noon })
	disabled := as(func(s *domain.SessionState) { s.UserEnabled = false })
	short := as(func(s *domain.SessionState) { s.EndsAt = noon.Add(5 * time.Second) })
	for name, c := range map[string]struct {
		state     domain.SessionState
		presented domain.TokenID
		at        time.Time
		want      domain.Verdict
	}{
		"the current token":                       {s, id(3), noon, domain.Current},
		"the current token at its last tick":      {s, id(3), expiry.Add(-tick), domain.Current},
		"the current token once it has expired":   {s, id(3), expiry, domain.Expired},
		"the one just replaced":                   {s, id(2), noon, domain.Replayed},
		"the one just replaced, at the last tick": {s, id(2), noon.Add(10*time.Second - tick), domain.Replayed},
		"the one just replaced, after the grace":  {s, id(2), noon.Add(10 * time.Second), domain.Reused},
		"the one just replaced, clock gone back":  {s, id(2), noon.Add(-time.Hour), domain.Replayed},
		"an older one, within the grace":          {s, id(1), noon, domain.Reused},
		"one that it never issued":                {s, domain.NewTokenID(3, "B"+bits[1:]), noon, domain.Reused},
		"one of a later generation":               {s, id(4), noon, domain.Reused},
		"no token id":                             {s, "", noon, domain.Reused},
		"an old one once the current has expired": {s, id(1), expiry, domain.Expired},
		"current, revoked":                        {revoked, id(3), noon, domain.Ended},
		"just replaced, revoked":                  {revoked, id(2), noon, domain.Ended},
		"old, revoked":                            {revoked, id(1), noon, domain.Ended},
		"old, revoked and expired":                {revoked, id(1), expiry, domain.Ended},
		"current, user disabled":                  {disabled, id(3), noon, domain.Ended},
		"old, user disabled":                      {disabled, id(1), noon, domain.Ended},
		"current, a tick before the end":          {short, id(3), noon.Add(5*time.Second - tick), domain.Current},
		"current, at the end":                     {short, id(3), noon.Add(5 * time.Second), domain.Ended},
		"just replaced, at the end":               {short, id(2), noon.Add(5 * time.Second), domain.Ended},
	} {
		if got := policy.Judge(c.state, c.presented, c.at, time.Time{}); got != c.want {
			t.Errorf("%s: the verdict is %d, want %d", name, got, c.want)
		}
	}
}

func TestJudge_NothingIsReplayedWithoutAGraceNorBeforeARotation(t *testing.T) {
	strict := policy
	strict.RefreshGrace = 0
	// Also to a caller who came first and lost to one who came just after.
	for _, at := range []time.Time{noon.Add(-tick), noon} {
		if got := strict.Judge(rotated(), id(2), at, time.Time{}); got != domain.Reused {
			t.Errorf("without a grace the verdict at %v is %d, want Reused", at, got)
		}
	}
	s := rotated()
	s.Replaced, s.ReplacedAt = "", time.Time{}
	if got := policy.Judge(s, id(2), noon, time.Time{}); got != domain.Reused {
		t.Errorf("before a rotation the verdict is %d, want Reused", got)
	}
}

func TestJudge_TheLeewayProlongsTheTokenAndNotTheSession(t *testing.T) {
	lenient := policy
	lenient.ClockLeeway = time.Minute
	s := rotated()
	expiry := s.Current.ExpiresAt
	for at, want := range map[time.Time]domain.Verdict{
		expiry.Add(time.Minute - tick): domain.Current,
		expiry.Add(time.Minute):        domain.Expired,
		s.EndsAt:                       domain.Ended,
	} {
		if got := lenient.Judge(s, id(3), at, time.Time{}); got != want {
			t.Errorf("at %v the verdict is %d, want %d", at, got, want)
		}
	}
}

func TestJudge_ATokenWithoutAnAnswerIsJudgedAsOfItsFirstTry(t *testing.T) {
	later := noon.Add(20 * time.Minute)
	for name, c := range map[string]struct {
		presented  domain.TokenID
		unanswered time.Time
		want       domain.Verdict
	}{
		"never tried":                          {id(2), time.Time{}, domain.Reused},
		"tried long before the rotation":       {id(2), noon.Add(-time.Hour), domain.Replayed},
		"tried at the rotation":                {id(2), noon, domain.Replayed},
		"tried at the last tick of the grace":  {id(2), noon.Add(10*time.Second - tick), domain.Replayed},
		"tried after the grace":                {id(2), noon.Add(10 * time.Second), domain.Reused},
		"an older one, tried at the rotation":  {id(1), noon, domain.Reused},
		"the current one, tried before it was": {id(3), noon, domain.Current},
	} {
		if got := policy.Judge(rotated(), c.presented, later, c.unanswered); got != c.want {
			t.Errorf("%s: the verdict is %d, want %d", name, got, c.want)
		}
	}
}

func TestReuseKind_TellsHowAReusedTokenRelatesToItsSession(t *testing.T) {
	for presented, want := range map[domain.TokenID]domain.Reason{
		id(2):                              domain.ReasonReuseRecent,
		id(1):                              domain.ReasonReuseStale,
		domain.NewTokenID(2, "B"+bits[1:]): domain.ReasonReuseStale,
		id(4):                              domain.ReasonReuseOrphaned,
		domain.NewTokenID(3, "B"+bits[1:]): domain.ReasonReuseOrphaned,
	} {
		if got := rotated().ReuseKind(presented); got != want {
			t.Errorf("%s is %q, want %q", presented, got, want)
		}
	}
}

func BenchmarkJudge(b *testing.B) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	p := domain.Policy{TokenLifetime: 30 * time.Minute, SessionMaxAge: time.Hour, RefreshGrace: 10 * time.Second}
	first := p.FirstToken("aaaaaaaaaaaaaaaaaaaaaa", at, at.Add(time.Hour))
	s := domain.SessionState{Session: domain.Session{ID: "s", EndsAt: at.Add(time.Hour), Current: first}, UserEnabled: true}
	r := p.Rotation("s", first.ID, "bbbbbbbbbbbbbbbbbbbbbb", at)
	s.Session = s.Rotated(r)
	for b.Loop() {
		if p.Judge(s, first.ID, at, time.Time{}) != domain.Replayed {
			b.Fatal("the token just replaced was not replayed")
		}
	}
}
