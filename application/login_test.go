package application_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

func TestLogin_BeginsASessionAndGivesItsFirstToken(t *testing.T) {
	p, u := newStage(t).withMaria()
	claims := p.claims(p.loggedIn())
	issued := noon.Truncate(time.Second)
	want := domain.Claims{
		Subject: maria, UserID: u.ID, SessionID: claims.SessionID, ID: claims.ID,
		IssuedAt: issued, ExpiresAt: issued.Add(30 * time.Minute),
	}
	if !equalClaims(claims, want) || claims.ID.Generation() != 1 {
		t.Errorf("the token says\n%+v, want\n%+v", claims, want)
	}
	state := p.state(claims.SessionID)
	if state.Current.ID != claims.ID || !state.CreatedAt.Equal(noon) || state.Client != browser ||
		!state.EndsAt.Equal(issued.Add(720*time.Hour)) || !state.LastExpiry.Equal(claims.ExpiresAt) {
		t.Errorf("the session is %+v", state)
	}
	p.only(domain.Event{
		Kind: domain.EventLoginSucceeded, At: noon, UserID: u.ID, SessionID: claims.SessionID, Client: browser,
	})
	if n := p.passwords.counted(); n != 1 {
		t.Errorf("it cost %d verifications, want 1", n)
	}
}

func equalClaims(a, b domain.Claims) bool {
	return strings.Join(a.Audience, " ") == strings.Join(b.Audience, " ") &&
		a.Subject == b.Subject && a.SessionID == b.SessionID && a.UserID == b.UserID && a.ID == b.ID &&
		a.ExpiresAt.Equal(b.ExpiresAt) && a.IssuedAt.Equal(b.IssuedAt) && a.NotBefore.Equal(b.NotBefore) &&
		a.Issuer == b.Issuer
}

func TestLogin_TokenNeverOutlivesTheSession(t *testing.T) {
	s := newStage(t)
	s.policy.SessionMaxAge = 10 * time.Minute
	p, _ := s.withMaria()
	claims := p.claims(p.loggedIn())
	if want := noon.Add(10 * time.Minute).Truncate(time.Second); !claims.ExpiresAt.Equal(want) {
		t.Errorf("the token expires at %v, want the session's end %v", claims.ExpiresAt, want)
	}
}

func TestLogin_NamesTheConfiguredIssuerAndAudience(t *testing.T) {
	s := newStage(t)
	s.policy.Issuer, s.policy.Audience = "https://auth.example", "platform"
	p, _ := s.withMaria()
	token := p.loggedIn()
	claims := p.claims(token)
	if claims.Issuer != "https://auth.example" || strings.Join(claims.Audience, " ") != "platform" {
		t.Errorf("the token says iss %q and aud %q", claims.Issuer, claims.Audience)
	}
	p.refreshed(token)
}

func TestLogin_TakesTheAddressInAnotherLetterCaseAndNamesItAsStored(t *testing.T) {
	p, _ := newStage(t).withMaria()
	grant, err := p.login.Do(p.ctx(), strings.ToUpper(maria), domain.NewSecret(password), browser)
	p.ok(err)
	if got := p.claims(grant.Token).Subject; got != maria {
		t.Errorf("the token's subject is %q, want the stored address", got)
	}
}

func TestLogin_RefusesEverybodyAlikeForThePriceOfOneVerification(t *testing.T) {
	const typed = "hunter2-typed-by-somebody"
	s := newStage(t)
	s.added(maria)
	disabled, broken := s.added("disabled@example.com"), s.added("broken@example.com")
	off := false
	s.changed(disabled, domain.UserChange{Enabled: &off})
	noHash := domain.NewSecret("not-a-hash-at-all")
	s.changed(broken, domain.UserChange{PasswordHash: &noHash})
	p := s.open()
	for name, c := range map[string]struct {
		email, password string
		why             domain.Reason
	}{
		"unknown user":                {"nobody@example.com", typed, domain.ReasonUserUnknown},
		"a password as the address":   {typed, typed, domain.ReasonUserUnknown},
		"empty":                       {"", "", domain.ReasonUserUnknown},
		"wrong password":              {maria, typed, domain.ReasonWrongPassword},
		"password with a space":       {maria, password + " ", domain.ReasonWrongPassword},
		"password in upper case":      {maria, strings.ToUpper(password), domain.ReasonWrongPassword},
		"address with a space":        {maria + " ", password, domain.ReasonUserUnknown},
		"disabled, right password":    {disabled.Email, password, domain.ReasonUserDisabled},
		"disabled, wrong password":    {disabled.Email, typed, domain.ReasonWrongPassword},
		"broken hash":                 {broken.Email, password, domain.ReasonWrongPassword},
		"NUL in the address":          {maria + "\x00", password, domain.ReasonUserUnknown},
		"address that is not UTF-8":   {"\xff" + maria, password, domain.ReasonUserUnknown},
		"address beyond every column": {strings.Repeat("a", 300) + "@example.com", password, domain.ReasonUserUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			p.t, p.audit.events = t, nil
			grant, err := p.login.Do(p.ctx(), c.email, domain.NewSecret(c.password), browser)
			p.is(err, domain.ErrBadCredentials)
			if grant.Token != "" || err.Error() != domain.ErrBadCredentials.Error() {
				t.Errorf("the answer is %q, %q; want the bare refusal", grant.Token, err)
			}
			if n := p.passwords.counted(); n != 1 {
				t.Errorf("it cost %d verifications, want 1", n)
			}
			e := p.audit.all()
			if len(e) != 1 || e[0].Kind != domain.EventLoginRefused || e[0].Reason != c.why || e[0].Client != browser {
				t.Errorf("recorded were %+v, want one refusal as %s", e, c.why)
			}
			p.noSecrets(typed, password, "not-a-hash", "maria@")
		})
	}
}

// unasked fails the test when a user is looked for.
type unasked struct {
	ports.UserStore
	t *testing.T
}

func (u unasked) FindByEmail(context.Context, string) (domain.User, error) {
	u.t.Error("the store was asked for a user")
	return domain.User{}, domain.ErrUnavailable
}

func TestLogin_KeepsWhatIsNoTextFromTheStore(t *testing.T) {
	s := newStage(t)
	s.users = unasked{s.users, t}
	p := s.open()
	for _, email := range []string{"a\x00b@example.com", "\xffa@example.com", strings.Repeat("é", 256)} {
		_, err := p.login.Do(p.ctx(), email, domain.NewSecret(password), browser)
		p.is(err, domain.ErrBadCredentials)
	}
}

func TestLogin_EndsTheOldestSessionPastTheMaximum(t *testing.T) {
	s := newStage(t)
	s.policy.MaxSessions = 2
	p, _ := s.withMaria()
	var tokens []string
	for range 3 {
		tokens = append(tokens, p.loggedIn())
		p.clock.pass(time.Second)
	}
	p.refused(tokens[0], domain.ErrSessionEnded)
	p.refreshed(tokens[1])
	p.refreshed(tokens[2])
}

func TestLogin_HoldsNoSecretInWhatItRecords(t *testing.T) {
	p, u := newStage(t).withMaria()
	token := p.loggedIn()
	p.noSecrets(password, token, u.PasswordHash.Reveal(), maria)
}
