package application_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/domain"
)

const recordsSecret = "a secret of the records"

// asking is a replica that knows the clients records and images.
type asking struct {
	*stage
	use *application.AuthenticateClient
}

func newAsking(t *testing.T) asking {
	s := newStage(t)
	clients := []domain.ClientCredentials{
		{ID: "records", Secret: domain.NewSecret(recordsSecret)}, {ID: "images", Secret: domain.NewSecret("a secret of the images")},
	}
	s.limits.Address = 20
	return asking{s, application.NewAuthenticateClient(clients, s.limits, s.clock.read, s.audit)}
}

func (a asking) as(from domain.Client, id, secret string) error {
	return a.use.Do(a.ctx(), from, domain.ClientCredentials{ID: id, Secret: domain.NewSecret(secret)})
}

func (a asking) guess(n int, from domain.Client, id string) {
	a.t.Helper()
	for i := range n {
		a.is(a.as(from, id, fmt.Sprint("guess ", i)), domain.ErrClientUnknown)
	}
}

func (a asking) limited(err error, wait time.Duration) {
	a.t.Helper()
	if got, _ := errors.AsType[domain.LimitedError](err); got != (domain.LimitedError{Limit: domain.LimitClient, Wait: wait}) {
		a.t.Fatalf("the error is %v, want that of the clients' limit for %v", err, wait)
	}
}

func TestAuthenticateClient_KnowsAClientByItsOwnSecret(t *testing.T) {
	a := newAsking(t)
	for _, c := range []struct {
		id, secret string
		good       bool
	}{
		{"records", recordsSecret, true}, {"images", "a secret of the images", true},
		{"images", recordsSecret, false}, {"records", "", false}, {"", recordsSecret, false}, {"RECORDS", recordsSecret, false}, {"", "", false},
	} {
		if err := a.as(browser, c.id, c.secret); (err == nil) != c.good || err != nil && !errors.Is(err, domain.ErrClientUnknown) {
			t.Errorf("%q with %q: %v", c.id, c.secret, err)
		}
	}
	// One attempt may be read in two ways, and either may be the right one.
	wrong := domain.ClientCredentials{ID: "a%20b", Secret: domain.NewSecret("x")}
	right := domain.ClientCredentials{ID: "records", Secret: domain.NewSecret(recordsSecret)}
	a.ok(a.use.Do(a.ctx(), browser, wrong, right))
	a.ok(a.use.Do(a.ctx(), browser, right, wrong))
	escaped := domain.ClientCredentials{ID: "records", Secret: domain.NewSecret("a+secret+of+the+records")}
	a.ok(a.use.Do(a.ctx(), browser, escaped, right))
	a.is(a.use.Do(a.ctx(), browser, escaped, wrong), domain.ErrClientUnknown)
}

func TestAuthenticateClient_TooManyWrongSecretsFromOneAddressAreLimitedAndEvenTheRightOne(t *testing.T) {
	a := newAsking(t)
	a.guess(10, stranger, "records")
	a.clock.pass(time.Minute)
	a.guess(10, domain.NewClient(stranger.Address, "Another/1.0"), "nobody")
	a.limited(a.as(stranger, "records", recordsSecret), 4*time.Minute)
	a.ok(a.as(browser, "records", recordsSecret))
	a.clock.pass(4 * time.Minute)
	a.ok(a.as(stranger, "records", recordsSecret))
}

func TestAuthenticateClient_WhereAClientHasProvedItselfOnlyGuessesUnderItsNameCount(t *testing.T) {
	a := newAsking(t)
	a.ok(a.as(browser, "records", recordsSecret))
	a.guess(20, browser, "images")
	a.limited(a.as(browser, "images", "a secret of the images"), 5*time.Minute)
	a.ok(a.as(browser, "records", recordsSecret))
	// Its own secret is guessed at no more often there either.
	a.guess(20, browser, "records")
	a.limited(a.as(browser, "records", recordsSecret), 5*time.Minute)
}

func TestAuthenticateClient_WithoutALimitNothingIsLimited(t *testing.T) {
	s := newStage(t)
	a := asking{s, application.NewAuthenticateClient(nil, domain.LoginLimits{}, s.clock.read, s.audit)}
	a.guess(500, stranger, "records")
}

func TestAuthenticateClient_RecordsOnceAMinuteAndNeverASecretOrAnIDThatIsNotConfigured(t *testing.T) {
	a := newAsking(t)
	a.guess(5, stranger, "records")
	a.guess(5, stranger, "typed by mistake")
	a.guess(10, stranger, "records")
	for range 50 {
		a.is(a.as(stranger, "typed by mistake", recordsSecret), domain.ErrLimited)
	}
	event := func(kind domain.EventKind, reason domain.Reason, detail string) domain.Event {
		return domain.Event{Kind: kind, At: noon, Reason: reason, Client: stranger, Detail: detail}
	}
	a.only(
		event(domain.EventClientRefused, domain.ReasonWrongSecret, "records"),
		event(domain.EventClientRefused, domain.ReasonClientUnknown, ""),
		event(domain.EventClientLimited, domain.ReasonClientLimit, ""),
	)
	a.noSecrets("guess", recordsSecret, "typed")
	a.ok(a.as(browser, "records", recordsSecret))
	a.clock.pass(time.Minute)
	a.is(a.as(stranger, "records", "again"), domain.ErrLimited)
	if n := len(a.audit.all()); n != 4 {
		t.Errorf("%d events were recorded, want one more after a minute, and none of a client that proved itself", n)
	}
	for i := range 500 {
		a.guess(1, domain.NewClient(fmt.Sprintf("203.0.%d.%d", 113+i/250, i%250), ""), "records")
	}
	if n := len(a.audit.all()); n > 104 {
		t.Errorf("%d events of a flood were recorded, want 100 in a minute at most", n-4)
	}
}
