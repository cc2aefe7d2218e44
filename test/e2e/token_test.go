package e2e

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

var jtiForm = regexp.MustCompile(`^(0|[1-9][0-9]*)\.[A-Za-z0-9_-]{22}$`)

func TestToken_SaysExactlyWhatIsDocumented(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		before := time.Now().Unix()
		first := s.loggedIn()
		second := s.refreshed(first)
		after := time.Now().Unix()
		a, b := readJWT(t, first, secretKey), readJWT(t, second, secretKey)
		for _, j := range []jwt{a, b} {
			if j.header != jwtHeader {
				t.Errorf("the header is %s", j.header)
			}
			if names := j.names(); names != "exp iat jti sid sub uid" {
				t.Errorf("the claims are %s", names)
			}
			iat, exp := j.seconds(t, "iat"), j.seconds(t, "exp")
			if iat < before || iat > after || exp-iat != int64(lifetime/time.Second) {
				t.Errorf("iat is %d and exp %d at %d to %d", iat, exp, before, after)
			}
			if sub := j.text(t, "sub"); sub != maria {
				t.Errorf("sub is %s", sub)
			}
		}
		if a.text(t, "sid") != b.text(t, "sid") || a.text(t, "uid") != b.text(t, "uid") {
			t.Error("the session or the user changed")
		}
		if generation(t, b) != generation(t, a)+1 {
			t.Errorf("jti was %s and is %s", a.text(t, "jti"), b.text(t, "jti"))
		}
	})
}

// generation returns the number in a jti, which has to be of the documented form.
func generation(t *testing.T, j jwt) int {
	t.Helper()
	jti := j.text(t, "jti")
	number, _, _ := strings.Cut(jti, ".")
	n, err := strconv.Atoi(number)
	if err != nil || !jtiForm.MatchString(jti) {
		t.Fatalf("jti is %q, want a number, a dot and 128 bits", jti)
	}
	return n
}

func TestToken_TellsUserAndSessionByTheIDsThatTheCommandsShow(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		j := readJWT(t, s.loggedIn(), secretKey)
		if out := s.Must("", "users", "show", maria); !strings.Contains(out, j.text(t, "uid")) {
			t.Errorf("uid is %s, users show says\n%s", j.text(t, "uid"), out)
		}
		if out := s.Must("", "sessions", "list", maria); !strings.Contains(out, j.text(t, "sid")) {
			t.Errorf("sid is %s, sessions list says\n%s", j.text(t, "sid"), out)
		}
	})
}

func TestToken_LastsAsLongAsConfigured(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db", "ACCESS_TOKEN_EXPIRE_MINUTES=1440")
	j := readJWT(t, s.loggedIn(), secretKey)
	if got := j.seconds(t, "exp") - j.seconds(t, "iat"); got != 1440*60 {
		t.Errorf("the token lasts %d seconds", got)
	}
}

func TestToken_CarriesIssuerAndAudienceOnceTheyAreConfigured(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		bare := s.loggedIn()
		s.restart("ISSUER=https://auth.example", "AUDIENCE=vidaplus")
		token := s.refreshed(s.loggedIn())
		j := readJWT(t, token, secretKey)
		if names := j.names(); names != "aud exp iat iss jti sid sub uid" {
			t.Errorf("the claims are %s", names)
		}
		if j.text(t, "iss") != "https://auth.example" || j.text(t, "aud") != "vidaplus" {
			t.Errorf("the payload is %s", j.payload)
		}

		s.refuses(bare)
		s.refuses(forge(secretKey, jwtHeader, j.with(t, "iss", "")))
		s.refuses(forge(secretKey, jwtHeader, j.with(t, "iss", `"https://elsewhere.example"`)))
		s.refuses(forge(secretKey, jwtHeader, j.with(t, "aud", "")))
		s.refuses(forge(secretKey, jwtHeader, j.with(t, "aud", `["vidaplus2"]`)))
		s.records("token_reused", 0)
		s.refreshed(s.refreshed(untracked(maria, 10*time.Minute)))
		s.refreshed(token)
	})
}

func TestToken_NamesTheUserByTheAddressOfToday(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		first := s.loggedIn()
		second := s.refreshed(first)
		s.Must("", "users", "set-email", maria, "maria.silva@example.com")
		third := s.refreshed(second)

		before, after := readJWT(t, second, secretKey), readJWT(t, third, secretKey)
		if sub := after.text(t, "sub"); sub != "maria.silva@example.com" {
			t.Errorf("sub is %s", sub)
		}
		if before.text(t, "uid") != after.text(t, "uid") {
			t.Error("uid changed with the address")
		}
		s.login(maria, mariasPassword).is(t, http.StatusUnauthorized, badCredentials)
		s.login("maria.silva@example.com", mariasPassword).token(t)
	})
}
