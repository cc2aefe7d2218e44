package httpapi

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// TestErrors_EveryDomainErrorHasARow reads the sources, so that an error added to the domain fails here.
func TestErrors_EveryDomainErrorHasARow(t *testing.T) {
	rows := namesIn(t, "errors.go", func(n ast.Node) (string, bool) {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return "", false
		}
		pkg, ok := selector.X.(*ast.Ident)
		return selector.Sel.Name, ok && pkg.Name == "domain"
	})
	declared := namesIn(t, "../../domain/errors.go", func(n ast.Node) (string, bool) {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return "", false
		}
		return spec.Names[0].Name, true
	})
	if !declared["ErrUnavailable"] || !declared["ErrBadCredentials"] {
		t.Fatalf("the domain's errors were not found: %v", declared)
	}
	for name := range declared {
		if !rows[name] {
			t.Errorf("domain.%s has no row in the table of answers", name)
		}
	}
}

func namesIn(t *testing.T, file string, name func(ast.Node) (string, bool)) map[string]bool {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	ast.Inspect(parsed, func(n ast.Node) bool {
		if found, ok := name(n); ok {
			names[found] = true
		}
		return true
	})
	return names
}

func TestErrors_TheTable(t *testing.T) {
	const could = "Could not validate credentials"
	for err, want := range map[error]struct {
		status    int
		detail    string
		challenge string
	}{
		domain.ErrBadCredentials:   {401, "Incorrect email or password", `Bearer`},
		errNotAuthenticated:        {401, "Not authenticated", `Bearer`},
		domain.ErrTokenInvalid:     {401, could, challengeInvalid},
		domain.ErrTokenExpired:     {401, could, challengeInvalid},
		domain.ErrTokenReused:      {401, could, challengeInvalid},
		domain.ErrTokenReplaced:    {401, could, challengeInvalid},
		domain.ErrTokenOutdated:    {401, could, challengeInvalid},
		domain.ErrUntrackedRefused: {401, could, challengeInvalid},
		domain.ErrSessionUnknown:   {401, could, challengeInvalid},
		domain.ErrSessionEnded:     {401, could, challengeInvalid},
		domain.ErrUserUnknown:      {401, could, challengeInvalid},
		domain.ErrUserChanged:      {401, could, challengeInvalid},
		domain.ErrLimited:          {429, "Too many requests", ""},
		domain.ErrNotOwnSession:    {404, "Not Found", ""},
		domain.ErrUnavailable:      {503, "Service unavailable", ""},
		domain.ErrBusy:             {503, "Service unavailable", ""},
		context.DeadlineExceeded:   {503, "Service unavailable", ""},
		domain.ErrEmailTaken:       {500, "Internal Server Error", ""},
		context.Canceled:           {500, "Internal Server Error", ""},
		errors.New("disk on fire"): {500, "Internal Server Error", ""},
	} {
		got := answerTo(fmt.Errorf("somewhere: %w", err))
		challenge := strings.Join(got.challenges, " | ")
		if got.status != want.status || string(got.body) != `{"detail":"`+want.detail+`"}` || challenge != want.challenge {
			t.Errorf("%v: %d %s %q, want %v", err, got.status, got.body, challenge, want)
		}
		if got.retry != (want.status == http.StatusServiceUnavailable) {
			t.Errorf("%v: Retry-After: %t", err, got.retry)
		}
	}
}

func TestErrors_AFaultBesideARefusalWins(t *testing.T) {
	for _, fault := range []error{domain.ErrUnavailable, domain.ErrBusy, context.DeadlineExceeded} {
		for _, refusal := range []error{
			domain.ErrTokenReused, domain.ErrBadCredentials, errNotAuthenticated, errBearerRefused, domain.ErrPasswordWrong,
			domain.ErrNotOwnSession, domain.LimitedError{Limit: domain.LimitAccount},
		} {
			if got := answerTo(errors.Join(refusal, fault)); got.status != http.StatusServiceUnavailable {
				t.Errorf("%v beside %v: %d, want 503", refusal, fault, got.status)
			}
		}
	}
}

func TestErrors_RetryAfterIsShorterThanTheGrace(t *testing.T) {
	for grace, want := range map[time.Duration]int{
		0: 0, time.Second: 0, time.Second + 1: 1, 10 * time.Second: 1,
	} {
		if got := RetryAfter(grace); got != want {
			t.Errorf("grace %v: %d, want %d", grace, got, want)
		}
	}
}

func TestErrors_AStoreThatDoesNotAnswerIs503AndLoggedOnce(t *testing.T) {
	s := newStage(t, nil)
	token := s.logIn(t)
	fault := func(context.Context) error { return fmt.Errorf("read tcp: %w", domain.ErrUnavailable) }
	s.rotate, s.find = fault, fault
	for name, raw := range map[string]string{
		"refresh": refresh("Bearer " + token), "login": form(good),
	} {
		s.logs.TakeAll()
		r := s.send(t, raw)
		if r.status != http.StatusServiceUnavailable || r.header.Get("Retry-After") != "1" ||
			r.body != `{"detail":"Service unavailable"}` || r.header.Get("WWW-Authenticate") != "" {
			t.Errorf("%s: %d %v %s, want 503 with Retry-After and no challenge", name, r.status, r.header, r.body)
		}
		lines := s.logged(t, 1)
		cause, _ := lines[0].ContextMap()["error"].(string)
		if lines[0].Level.String() != "error" || !strings.Contains(cause, "read tcp") {
			t.Errorf("%s: logged %v, want the cause at error", name, lines)
		}
	}
}

// TestErrors_AStoreThatFailsHalfWayIsNoRefusal lets every single call of the store fail that a request makes.
func TestErrors_AStoreThatFailsHalfWayIsNoRefusal(t *testing.T) {
	fault := fmt.Errorf("read tcp: %w", domain.ErrUnavailable)
	for name, spell := range map[string]func(s *stage, token string) string{
		"logout": func(_ *stage, token string) string { return request("POST", "/auth/logout", "", asBearer(token)) },
		"logout elsewhere": func(_ *stage, token string) string {
			return request("POST", "/auth/logout?scope=others", "", asBearer(token))
		},
		"logout everywhere": func(_ *stage, token string) string {
			return request("POST", "/auth/logout?scope=global", "", asBearer(token))
		},
		"logout, wrongly": func(_ *stage, token string) string {
			return request("POST", "/auth/logout?scope=x", "", asBearer(token))
		},
		"me":       func(_ *stage, token string) string { return request("GET", "/auth/me", "", asBearer(token)) },
		"password": func(_ *stage, token string) string { return change(token, passwords(password, newPassword)) },
		"password, wrongly": func(_ *stage, token string) string {
			return change(token, "{")
		},
		"sessions": func(_ *stage, token string) string { return request("GET", "/auth/sessions", "", asBearer(token)) },
		"end a session": func(s *stage, token string) string {
			return request("DELETE", "/auth/sessions/"+s.listed(t, token)[0].ID, "", asBearer(token))
		},
		"introspect":           func(_ *stage, token string) string { return introspect("token="+token, asClient) },
		"revoke by a client":   func(_ *stage, token string) string { return revoke("token="+token, asClient) },
		"revoke by its bearer": func(_ *stage, token string) string { return revoke("token="+token, asBearer(token)) },
	} {
		s := newStage(t, nil)
		raw := spell(s, s.logIn(t))
		for nth, called := 1, true; called; nth++ {
			called = false
			left := nth
			s.call = func(context.Context) error {
				if left--; left == 0 {
					called = true
					return fault
				}
				return nil
			}
			r := s.send(t, raw)
			switch {
			case called && (r.status != http.StatusServiceUnavailable || r.body != `{"detail":"Service unavailable"}` ||
				r.header.Get("Retry-After") != "1" || r.header.Get("WWW-Authenticate") != ""):
				t.Errorf("%s, call %d: %d %v %s, want 503 with Retry-After and no challenge", name, nth, r.status, r.header, r.body)
			case !called && nth == 1:
				t.Errorf("%s: the store was not asked", name)
			case !called && r.status == http.StatusServiceUnavailable:
				t.Errorf("%s: 503 from a store that answers", name)
			}
		}
	}
}

func TestErrors_PasswordsThatCannotBeHashedNowAre503(t *testing.T) {
	s := newStage(t, nil)
	token := s.logIn(t)
	s.hashing = func() error { return fmt.Errorf("hash: %w", domain.ErrBusy) }
	r := s.send(t, change(token, passwords(password, newPassword)))
	if r.status != http.StatusServiceUnavailable || r.header.Get("Retry-After") != "1" {
		t.Errorf("%d %v %s, want 503 with Retry-After", r.status, r.header, r.body)
	}
}

func TestErrors_NoRowHasAnEmptyChallenge(t *testing.T) {
	for _, a := range answers {
		if slices.Contains(a.challenges, "") || (a.status == http.StatusUnauthorized) != (len(a.challenges) > 0) {
			t.Errorf("%v: %d with the challenges %q, want some with every 401", a.err, a.status, a.challenges)
		}
	}
}

func TestErrors_AnUnknownErrorIsABare500(t *testing.T) {
	s := newStage(t, nil)
	token := s.logIn(t)
	s.rotate = func(context.Context) error { return errors.New("disk on fire") }
	r := s.send(t, refresh("Bearer "+token))
	if r.status != http.StatusInternalServerError || r.body != `{"detail":"Internal Server Error"}` {
		t.Errorf("%d %s, want a bare 500", r.status, r.body)
	}
	if r.header.Get("X-Request-ID") == "" {
		t.Error("a 500 has no request id")
	}
}
