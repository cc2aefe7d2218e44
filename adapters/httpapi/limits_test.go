package httpapi

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

func limited(s *stage, _ *Settings) {
	s.limits = domain.LoginLimits{Account: 2, Address: 5, Window: 5 * time.Minute, KnownFor: time.Hour}
	s.refreshLimit = 2
}

// isLimited checks the whole of a 429.
func (r reply) isLimited(t *testing.T, most int) {
	t.Helper()
	after := r.header.Get("Retry-After")
	if r.status != http.StatusTooManyRequests || r.body != `{"detail":"Too many requests"}` || len(r.header["Www-Authenticate"]) != 0 {
		t.Errorf("the answer is %d %s %v, want 429", r.status, r.body, r.header)
	}
	if seconds, err := time.ParseDuration(after + "s"); err != nil || seconds < time.Second || seconds > time.Duration(most)*time.Second {
		t.Errorf("Retry-After is %q, want 1 to %d", after, most)
	}
}

func TestLimits_AnswerTheThirdWrongPasswordAndEvenTheRightOne(t *testing.T) {
	s := newStage(t, limited)
	wrong := form("username=" + maria + "&password=wrong")
	for range 2 {
		if r := s.send(t, wrong); r.status != http.StatusUnauthorized {
			t.Fatalf("%d %s, want 401", r.status, r.body)
		}
	}
	before := s.hashed.Load()
	s.send(t, wrong).isLimited(t, 300)
	s.send(t, form(good)).isLimited(t, 300)
	if s.hashed.Load() != before {
		t.Error("a limited password was checked")
	}
	s.counts(t, logins("limited", 2))
	s.counts(t, `vidaplus_limited_total{limit="account"} 2`)
	if event := s.events.last.Load(); event.Kind != domain.EventLoginLimited || event.Reason != domain.ReasonAccountLimit {
		t.Errorf("the event is %+v", event)
	}
}

func TestLimits_AnswerARefreshAndAChangeOfPassword(t *testing.T) {
	s := newStage(t, limited)
	token := s.logIn(t)
	for range 2 {
		token = tokenOf(t, s.send(t, refresh("Bearer "+token)))
	}
	s.send(t, refresh("Bearer "+token)).isLimited(t, 60)
	s.counts(t, refreshes("limited", 1))
	change := request("PUT", "/auth/password", `{"current_password":"wrong","new_password":"a new good one"}`,
		"Content-Type: application/json", "Authorization: Bearer "+token)
	for range 2 {
		if r := s.send(t, change); r.status != http.StatusUnprocessableEntity {
			t.Fatalf("%d %s, want 422", r.status, r.body)
		}
	}
	s.send(t, change).isLimited(t, 300)
	s.counts(t, `vidaplus_limited_total{limit="device"} 1`)
	s.counts(t, `vidaplus_limited_total{limit="session"} 1`)
}

func TestLimits_AnswerWrongSecretsOfClientsByTheirAddress(t *testing.T) {
	s := newStage(t, func(s *stage, settings *Settings) {
		limited(s, settings)
		settings.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	})
	ask := func(path, from, id, secret string) reply {
		return s.send(t, request("POST", path, "token=x", basic(id, secret), formType, "X-Forwarded-For: "+from))
	}
	const known, guesser = "192.0.2.7", "198.51.100.9"
	s.counts(t, `vidaplus_limited_total{limit="client"} 0`)
	if r := ask("/auth/introspect", known, "records", clientSecret); r.status != http.StatusOK {
		t.Fatalf("%d %s, want 200", r.status, r.body)
	}
	for i := range 5 {
		path := []string{"/auth/introspect", "/auth/revoke"}[i%2]
		if r := ask(path, guesser, "records", "wrong"); r.status != http.StatusUnauthorized || r.body != `{"error":"invalid_client"}` {
			t.Fatalf("%d %s, want 401", r.status, r.body)
		}
	}
	if e := s.events.last.Load(); e.Kind != domain.EventClientRefused || e.Reason != domain.ReasonWrongSecret || e.Detail != "records" ||
		e.Client.Address != guesser {
		t.Errorf("the event is %+v", e)
	}
	for _, path := range []string{"/auth/introspect", "/auth/revoke"} {
		ask(path, guesser, "records", clientSecret).isLimited(t, 300)
	}
	if e := s.events.last.Load(); e.Kind != domain.EventClientLimited || e.Reason != domain.ReasonClientLimit {
		t.Errorf("the event is %+v", e)
	}
	s.counts(t, `vidaplus_limited_total{limit="client"} 2`)
	if r := ask("/auth/revoke", known, "records", clientSecret); r.status != http.StatusOK {
		t.Errorf("a client elsewhere is answered %d %s", r.status, r.body)
	}
	// Whoever has no credentials, or a token, has guessed nothing; nor has anybody who logs in.
	for _, raw := range []string{introspect("token=x", "X-Forwarded-For: "+guesser), revoke("token=x", "X-Forwarded-For: "+guesser, asBearer("a.b.c"))} {
		if r := s.send(t, raw); r.status != http.StatusUnauthorized {
			t.Errorf("%d %s, want 401", r.status, r.body)
		}
	}
	if r := s.send(t, request("POST", "/auth/token", good, formType, "X-Forwarded-For: "+guesser)); r.status != http.StatusOK {
		t.Errorf("a login from there is answered %d %s", r.status, r.body)
	}
}

// A client that writes its own X-Forwarded-For may not choose whose failures count.
func TestLimits_GoByTheAddressThatATrustedProxySaw(t *testing.T) {
	for name, c := range map[string]struct {
		proxies []netip.Prefix
		// forwarded has a place for what the client makes up.
		forwarded string
		limited   bool
	}{
		"nobody is trusted":           {nil, "*", true},
		"the proxy appends":           {[]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, "*, 198.51.100.7", true},
		"the proxy says who it is of": {[]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, "*", false},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, func(s *stage, settings *Settings) {
				limited(s, settings)
				settings.TrustedProxies = c.proxies
			})
			last := reply{}
			for i := range 6 {
				number := string(rune('0' + i))
				last = s.send(t, request("POST", "/auth/token", "username=nobody"+number+"&password=x", formType,
					"X-Forwarded-For: "+strings.Replace(c.forwarded, "*", "203.0.113."+number, 1)))
			}
			if got := last.status == http.StatusTooManyRequests; got != c.limited {
				t.Errorf("the sixth address that was made up got %d, limited: want %v", last.status, c.limited)
			}
		})
	}
}
