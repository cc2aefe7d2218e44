package e2e

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"
)

// grantForm is the body of every answer that carries a token, to the byte.
var grantForm = regexp.MustCompile(`^\{"access_token":"([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)","token_type":"bearer"\}$`)

func TestDocumentation_TheDocumentedRequestTradesATokenForANewOne(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		token := granted(t, shell(t, `curl -sS -X POST "`+s.URL+`/auth/token" -d username=`+maria+
			` --data-urlencode "password=`+mariasPassword+`"`))
		for range 3 {
			next := granted(t, documentedRefresh(t, s, token))
			if next == token {
				t.Fatal("the new token is the old one")
			}
			token = next
		}
	})
}

// What the original handed out before the switch is what its documentation shows: an address and an expiry.
func TestDocumentation_TheDocumentedRequestTakesATokenOfTheOriginal(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		token := granted(t, documentedRefresh(t, s, untracked(maria, 29*time.Minute)))
		if sub := readJWT(t, token, secretKey).text(t, "sub"); sub != maria {
			t.Errorf("sub is %s", sub)
		}
		granted(t, documentedRefresh(t, s, token))
	})
}

func TestDocumentation_TheOriginalsPathsAnswerWithoutARedirect(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db")
	form := ` -d username=` + maria + ` --data-urlencode "password=` + mariasPassword + `"`
	token := granted(t, shell(t, `curl -sS -X POST "`+s.URL+`/auth/token/"`+form))
	granted(t, shell(t, `curl -sS -X POST "`+s.URL+`/auth/token/refresh_token/" -H "Authorization: Bearer `+token+`"`))
	granted(t, shell(t, `curl -sS -X POST "`+s.URL+`/auth/token/" -F username=`+maria+` -F "password=`+mariasPassword+`"`))
}

func documentedRefresh(t *testing.T, s *service, token string) string {
	t.Helper()
	return shell(t, `curl -sS -X POST "`+s.URL+`/auth/token/refresh_token" -H "Authorization: Bearer `+token+`"`)
}

// granted returns the token in a body that has to be a success, to the byte.
func granted(t *testing.T, body string) string {
	t.Helper()
	match := grantForm.FindStringSubmatch(body)
	if match == nil {
		t.Fatalf("the answer is %q", body)
	}
	return match[1]
}

// shell runs what a user pastes into a terminal and returns what it prints.
func shell(t *testing.T, line string) string {
	t.Helper()
	if _, err := exec.LookPath("curl"); err != nil {
		t.Fatal("this test pastes what is printed for users, and needs curl (Debian: apt-get install curl)")
	}
	c := exec.CommandContext(t.Context(), "bash", "-c", line)
	var errs strings.Builder
	c.Stderr = &errs
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s\nended with %v: %s", line, err, errs.String())
	}
	return string(out)
}
