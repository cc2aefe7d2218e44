package domain_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

func TestCheckClaims_RefusesWhatIsNotForHereAndNow(t *testing.T) {
	strict := policy
	strict.Issuer, strict.Audience, strict.Untracked.Accept = "https://auth.example", "platform", true
	lenient := strict
	lenient.ClockLeeway = time.Minute
	plain := policy
	plain.Untracked.Accept = true
	closed := policy
	until := plain
	until.Untracked.Until = noon.Add(time.Minute)
	for name, c := range map[string]struct {
		policy domain.Policy
		alter  func(*domain.Claims)
		want   error
	}{
		"as we sign it":               {strict, func(*domain.Claims) {}, nil},
		"no subject":                  {strict, func(c *domain.Claims) { c.Subject = "" }, domain.ErrTokenInvalid},
		"a subject that is not UTF-8": {strict, func(c *domain.Claims) { c.Subject = "\xff" }, domain.ErrTokenInvalid},
		"no expiry":                   {strict, func(c *domain.Claims) { c.ExpiresAt = time.Time{} }, domain.ErrTokenInvalid},
		"a tick before it expires":    {strict, func(c *domain.Claims) { c.ExpiresAt = noon.Add(tick) }, nil},
		"as it expires":               {strict, func(c *domain.Claims) { c.ExpiresAt = noon }, domain.ErrTokenExpired},
		"within the leeway":           {lenient, func(c *domain.Claims) { c.ExpiresAt = noon.Add(tick - time.Minute) }, nil},
		"past the leeway":             {lenient, func(c *domain.Claims) { c.ExpiresAt = noon.Add(-time.Minute) }, domain.ErrTokenExpired},
		"issued a minute ahead":       {strict, func(c *domain.Claims) { c.IssuedAt = noon.Add(time.Minute) }, nil},
		"issued further ahead":        {strict, func(c *domain.Claims) { c.IssuedAt = noon.Add(time.Minute + tick) }, domain.ErrTokenInvalid},
		"issued before the clock was put back": {strict, func(c *domain.Claims) {
			c.IssuedAt = noon.Add(time.Hour)
			c.ExpiresAt = c.IssuedAt.Add(strict.TokenLifetime)
		}, nil},
		"untracked and issued ahead": {plain, func(c *domain.Claims) {
			untracked(c)
			c.IssuedAt = noon.Add(time.Hour)
			c.ExpiresAt = c.IssuedAt.Add(strict.TokenLifetime)
		}, domain.ErrTokenInvalid},
		"no iat":                        {strict, func(c *domain.Claims) { c.IssuedAt = time.Time{} }, nil},
		"valid from now":                {strict, func(c *domain.Claims) { c.NotBefore = noon }, nil},
		"not valid yet":                 {strict, func(c *domain.Claims) { c.NotBefore = noon.Add(tick) }, domain.ErrTokenInvalid},
		"valid within the leeway":       {lenient, func(c *domain.Claims) { c.NotBefore = noon.Add(time.Minute) }, nil},
		"another issuer":                {strict, func(c *domain.Claims) { c.Issuer = "https://auth.example/" }, domain.ErrTokenInvalid},
		"no issuer":                     {strict, func(c *domain.Claims) { c.Issuer = "" }, domain.ErrTokenInvalid},
		"any issuer where none is set":  {plain, func(c *domain.Claims) { c.Issuer, c.Audience = "x", nil }, nil},
		"another audience":              {strict, func(c *domain.Claims) { c.Audience = []string{"x"} }, domain.ErrTokenInvalid},
		"our audience among others":     {strict, func(c *domain.Claims) { c.Audience = []string{"x", "platform"} }, nil},
		"no audience":                   {strict, func(c *domain.Claims) { c.Audience = nil }, domain.ErrTokenInvalid},
		"an audience where none is set": {plain, func(c *domain.Claims) {}, domain.ErrTokenInvalid},
		"no jti":                        {strict, func(c *domain.Claims) { c.ID = "" }, domain.ErrTokenInvalid},
		"a jti of another form":         {strict, func(c *domain.Claims) { c.ID = "x" }, domain.ErrTokenInvalid},
		"untracked":                     {plain, untracked, nil},
		"untracked, issuer required":    {strict, untracked, nil},
		"untracked for somebody else":   {strict, func(c *domain.Claims) { untracked(c); c.Audience = []string{"x"} }, domain.ErrTokenInvalid},
		"untracked and expired":         {closed, func(c *domain.Claims) { untracked(c); c.ExpiresAt = noon }, domain.ErrTokenExpired},
		"untracked, none taken in":      {closed, untracked, domain.ErrUntrackedRefused},
		"untracked, by the last day":    {until, func(c *domain.Claims) { untracked(c); c.ExpiresAt = noon.Add(time.Minute) }, nil},
		"untracked, after the last day": {until, func(c *domain.Claims) { untracked(c); c.ExpiresAt = noon.Add(time.Minute + tick) }, domain.ErrUntrackedRefused},
	} {
		claims := strict.Claims(rotated())
		c.alter(&claims)
		if got := c.policy.CheckClaims(claims, noon); !errors.Is(got, c.want) {
			t.Errorf("%s: the answer is %v, want %v", name, got, c.want)
		}
	}
}

func untracked(c *domain.Claims) {
	*c = domain.Claims{Subject: c.Subject, ExpiresAt: c.ExpiresAt}
}

func TestClaims_SayWhatTheSessionAndItsUserAreNow(t *testing.T) {
	s := rotated()
	p := policy
	p.Issuer, p.Audience = "https://auth.example", "platform"
	got := p.Claims(s)
	if got.Subject != s.Email || got.SessionID != "s" || got.UserID != "u" || got.ID != id(3) ||
		got.IssuedAt != s.Current.IssuedAt || got.ExpiresAt != s.Current.ExpiresAt || !got.NotBefore.IsZero() ||
		got.Issuer != p.Issuer || !slices.Equal(got.Audience, []string{"platform"}) {
		t.Errorf("the claims are %+v", got)
	}
	if got := policy.Claims(s); got.Issuer != "" || got.Audience != nil {
		t.Errorf("with nothing configured iss is %q and aud %q, want neither", got.Issuer, got.Audience)
	}
}

func TestUntrackedIssue_IsTheEarliestThatTheTokenAllows(t *testing.T) {
	for name, c := range map[string]struct {
		expiry, iat, want time.Time
	}{
		"issued now":                      {noon.Add(30 * time.Minute), time.Time{}, noon},
		"issued long ago":                 {noon.Add(time.Second), time.Time{}, noon.Add(time.Second - 30*time.Minute)},
		"an earlier iat":                  {noon.Add(30 * time.Minute), noon.Add(-time.Hour), noon.Add(-time.Hour)},
		"a later iat":                     {noon.Add(20 * time.Minute), noon, noon.Add(-10 * time.Minute)},
		"a clock a minute ahead":          {noon.Add(31 * time.Minute), time.Time{}, noon.Add(time.Minute)},
		"an expiry that was never given":  {noon.Add(31*time.Minute + tick), time.Time{}, time.Time{}},
		"the same, whatever its iat says": {noon.Add(48 * time.Hour), noon, time.Time{}},
	} {
		got := policy.UntrackedIssue(domain.Claims{ExpiresAt: c.expiry, IssuedAt: c.iat}, noon)
		if !got.Equal(c.want) {
			t.Errorf("%s: it was issued at %v, want %v", name, got, c.want)
		}
	}
}

func TestUntrackedSession_IsKeyedByTheTokenAndHoldsItAsCurrent(t *testing.T) {
	claims := domain.Claims{Subject: "maria@example.com", ExpiresAt: noon.Add(10 * time.Minute)}
	client := domain.NewClient("192.0.2.7", "Browser/1.0")
	s := policy.UntrackedSession("a.b.c", claims, "u", client, noon)
	sessionID, tokenID := domain.UntrackedKey("a.b.c")
	want := domain.Session{
		ID: sessionID, UserID: "u", CreatedAt: noon, EndsAt: policy.SessionEnd(noon), Client: client, LastExpiry: claims.ExpiresAt,
		Current: domain.Token{ID: tokenID, IssuedAt: noon.Truncate(time.Second), ExpiresAt: claims.ExpiresAt},
	}
	if s != want {
		t.Errorf("the session is\n%+v, want\n%+v", s, want)
	}
	if tokenID.Generation() != 0 || len(sessionID) > domain.MaxSessionIDLength {
		t.Errorf("its id is %q and its token's %q", sessionID, tokenID)
	}
	otherSession, otherToken := domain.UntrackedKey("a.b.d")
	if otherSession == sessionID || otherToken == tokenID || strings.Contains(string(tokenID), sessionID) {
		t.Error("two tokens share a key, or an id gives the other away")
	}
}

func TestWellFormed_LooksAtLengthAndAlphabetOnly(t *testing.T) {
	for _, good := range []string{"a", "a.b.c", "AZaz09-_.", ".", strings.Repeat("a", 4096)} {
		if !domain.WellFormed(good) {
			t.Errorf("%.20q is refused", good)
		}
	}
	for _, bad := range []string{"", strings.Repeat("a", 4097), "a b", "a=", "a+b", "a/b", "a\n", "a\x00", "é", "a,b", "\xff", "\u212a"} {
		if domain.WellFormed(bad) {
			t.Errorf("%.20q is taken", bad)
		}
	}
}
