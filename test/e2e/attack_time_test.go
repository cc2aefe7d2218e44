package e2e

import (
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// Whether an account exists must not show in how long a refusal takes. The method is a paired sign test: in each round every
// kind of log-in is tried once, in an order drawn anew, on one connection. If no kind is slower, each is slower than the
// yardstick in half of the rounds, whatever else the machine does meanwhile, since that meets all kinds alike. Of 120
// fair throws a share further than a quarter from one half comes once in thirty million times. What is found so is a
// difference of about as much as one answer varies by. That the method finds one is shown on an account whose hash is
// cheaper than new ones, which SECURITY.md says can be told.
const (
	timingRounds = 120
	timingMargin = 0.25
)

func TestAttack_TimeTellsNoAccountFromNone(t *testing.T) {
	t.Parallel()
	s := operator(t, "sqlite:vidaplus.db", "LOGIN_LIMIT_ACCOUNT=1000000", "LOGIN_LIMIT_ADDRESS=1000000", "PASSWORD_HASH=m=8192,t=1,p=1")
	for _, email := range []string{maria, "disabled@example.com"} {
		s.AddUser(email, mariasPassword)
	}
	s.Must("", "users", "disable", "disabled@example.com")
	cheap := append(slices.Clone(s.Env), "PASSWORD_HASH=m=512,t=1,p=1")
	if _, stderr, code := runWith(t, s.Dir, cheap, mariasPassword+"\n", "users", "add", "old@example.com", "--password-stdin"); code != 0 {
		t.Fatal(stderr)
	}
	s.Start()
	slower := s.slowerThanTheFirst([]string{
		"username=" + maria + "&password=wrong", "username=nobody@example.com&password=wrong",
		"username=disabled@example.com&password=" + url.QueryEscape(mariasPassword), "username=disabled@example.com&password=wrong",
		"username=a%00b&password=wrong", "username=old@example.com&password=wrong",
	})
	for i, who := range []string{"nobody", "a disabled account with its password", "a disabled account", "what is no address"} {
		if share := slower[i]; math.Abs(share-0.5) > timingMargin {
			t.Errorf("%s took longer than a wrong password in %.0f %% of the rounds, want about half", who, 100*share)
		}
	}
	if share := slower[4]; share > 0.5-timingMargin {
		t.Errorf("an account with a cheaper hash took longer in %.0f %% of the rounds, so this test would find nothing", 100*share)
	}
}

// slowerThanTheFirst returns, for each form but the first, the share of rounds in which it was refused later than that.
func (s *service) slowerThanTheFirst(forms []string) []float64 {
	s.T.Helper()
	one := &http.Client{Transport: &http.Transport{MaxConnsPerHost: 1}, Timeout: time.Minute}
	slower := make([]float64, len(forms)-1)
	took := make([]time.Duration, len(forms))
	want := ""
	for round := range 5 + timingRounds {
		for _, i := range rand.Perm(len(forms)) {
			var said string
			took[i], said = s.timed(one, forms[i])
			if want == "" {
				want = said
			}
			if said != want {
				s.T.Fatalf("%s is answered with %s, others with %s", forms[i], said, want)
			}
		}
		for i := range slower {
			switch {
			case round < 5: // the first ones warm up
			case took[i+1] > took[0]:
				slower[i] += 1.0 / timingRounds
			case took[i+1] == took[0]:
				slower[i] += 0.5 / timingRounds
			}
		}
	}
	return slower
}

// timed returns how long a refused log-in took, and all that was answered but what differs each time.
func (s *service) timed(by *http.Client, body string) (time.Duration, string) {
	s.T.Helper()
	request, err := http.NewRequest(http.MethodPost, s.URL+"/auth/token", strings.NewReader(body))
	if err != nil {
		s.T.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	start := time.Now()
	response, err := by.Do(request)
	if err != nil {
		s.T.Fatal(err)
	}
	text, err := io.ReadAll(response.Body)
	took := time.Since(start)
	_ = response.Body.Close()
	if err != nil || response.StatusCode != http.StatusUnauthorized {
		s.T.Fatalf("%s is answered with %d %s, %v", body, response.StatusCode, text, err)
	}
	response.Header.Del("Date")
	response.Header.Del("X-Request-Id")
	var head strings.Builder
	_ = response.Header.Write(&head)
	return took, head.String() + string(text)
}
