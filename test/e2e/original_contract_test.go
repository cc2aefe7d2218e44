package e2e

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// recordedCase is an answer of the original's.
type recordedCase struct {
	status int
	body   string
}

// recordedCases reads the original's recorded answers, by endpoint and case.
func recordedCases(t *testing.T) map[string]recordedCase {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "original-contract.md"))
	if err != nil {
		t.Fatal(err)
	}
	all, section := map[string]recordedCase{}, ""
	for line := range strings.SplitSeq(string(text), "\n") {
		switch cells := strings.Split(line, " | "); {
		case strings.HasPrefix(line, "## "):
			section = map[string]string{"## POST /auth/token/ (login)": "login", "## POST /auth/token/refresh_token": "refresh"}[line]
		case section != "" && len(cells) >= 5 && cells[0] != "| case":
			status, err := strconv.Atoi(strings.Trim(cells[2], "*"))
			if err != nil {
				t.Fatalf("the line %s has no status", line)
			}
			body := strings.Trim(cells[3], "`")
			if body == "(empty)" {
				body = ""
			}
			all[section+": "+strings.TrimPrefix(cells[0], "| ")] = recordedCase{status, body}
		}
	}
	return all
}

var anyToken = regexp.MustCompile(`"access_token":"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+"`)

// better is an answer that is meant to differ from the original's.
type better struct {
	status int
	body   string
	reason string
}

// contractCase is the request of a recorded case, and the better answer where there is one: every other answer has to be
// the same, status and body to the byte but for the token.
type contractCase struct {
	name, method, path string
	header             []string
	body               string
	better             *better
}

func (c contractCase) play(t *testing.T, url string, recorded recordedCase) {
	request, err := http.NewRequest(c.method, url+c.path, strings.NewReader(c.body))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range c.header {
		name, value, _ := strings.Cut(line, ": ")
		if name == "Host" {
			request.Host = value
			continue
		}
		request.Header.Add(name, value)
	}
	got, err := send(request)
	if err != nil {
		t.Fatal(err)
	}
	body := anyToken.ReplaceAllString(got.body, `"access_token":"<JWT>"`)
	want := recorded
	if c.better != nil {
		want = recordedCase{c.better.status, c.better.body}
		if want == recorded || c.better.reason == "" {
			t.Errorf("it is marked as better, but is the same or has no reason")
		}
	}
	for whose, answer := range map[string]recordedCase{"the original's": recorded, "our": {got.status, body}} {
		if err := readByAClient(answer); err != nil && c.method != http.MethodHead {
			t.Errorf("a client cannot read %s answer %d %s: %v", whose, answer.status, answer.body, err)
		}
	}
	if got.status != want.status || body != want.body {
		t.Errorf("the answer is %d %s, want %d %s (the original's was %d)", got.status, body, want.status, want.body, recorded.status)
	}
}

// readByAClient reads an answer as one client does, whoever gave it: a token, or a detail that is a text or a list of flaws.
func readByAClient(answer recordedCase) error {
	switch {
	case answer.status == http.StatusOK:
		var token struct {
			AccessToken string `json:"access_token"`
			TokenType   string `json:"token_type"`
		}
		err := json.Unmarshal([]byte(answer.body), &token)
		if err == nil && (token.AccessToken == "" || token.TokenType != "bearer") {
			err = errors.New("no bearer token")
		}
		return err
	case answer.status < http.StatusBadRequest || answer.status >= http.StatusInternalServerError:
		return nil
	}
	var refusal struct {
		Detail json.RawMessage `json:"detail"`
	}
	if err := json.Unmarshal([]byte(answer.body), &refusal); err != nil {
		return err
	}
	var text string
	if answer.status != http.StatusUnprocessableEntity {
		return json.Unmarshal(refusal.Detail, &text)
	}
	var flaws []struct {
		Type string `json:"type"`
		Loc  []any  `json:"loc"`
		Msg  string `json:"msg"`
	}
	return json.Unmarshal(refusal.Detail, &flaws)
}

// TestOriginalContract_EveryRecordedAnswerIsTheSameOrBetter leaves no third kind: a case without a request fails.
func TestOriginalContract_EveryRecordedAnswerIsTheSameOrBetter(t *testing.T) {
	t.Parallel()
	url, _ := originals(t)
	s := start(t, "sqlite:vidaplus.db")
	s.imports([]string{"users", "import", "--from", url}, "6 added")
	s.AddUser("zoë@email.com", "ünïcode & more")
	recorded := recordedCases(t)
	for _, c := range append(loginCases(), refreshCases(s)...) {
		was, known := recorded[c.name]
		if !known {
			t.Errorf("%s was never recorded", c.name)
			continue
		}
		delete(recorded, c.name)
		t.Run(c.name, func(t *testing.T) { c.play(t, s.URL, was) })
	}
	for name := range recorded {
		t.Errorf("%s has no request here", name)
	}
}
