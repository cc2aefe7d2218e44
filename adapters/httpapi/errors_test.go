package httpapi

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
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
		domain.ErrTokenOutdated:    {401, could, challengeInvalid},
		domain.ErrUntrackedRefused: {401, could, challengeInvalid},
		domain.ErrSessionUnknown:   {401, could, challengeInvalid},
		domain.ErrSessionEnded:     {401, could, challengeInvalid},
		domain.ErrUserUnknown:      {401, could, challengeInvalid},
		domain.ErrUserChanged:      {401, could, challengeInvalid},
		domain.ErrUnavailable:      {503, "Service unavailable", ""},
		domain.ErrBusy:             {503, "Service unavailable", ""},
		context.DeadlineExceeded:   {503, "Service unavailable", ""},
		domain.ErrEmailTaken:       {500, "Internal Server Error", ""},
		context.Canceled:           {500, "Internal Server Error", ""},
		errors.New("disk on fire"): {500, "Internal Server Error", ""},
	} {
		got := answerTo(fmt.Errorf("somewhere: %w", err))
		if got.status != want.status || string(got.body) != `{"detail":"`+want.detail+`"}` || got.challenge != want.challenge {
			t.Errorf("%v: %d %s %q, want %v", err, got.status, got.body, got.challenge, want)
		}
		if got.retry != (want.status == http.StatusServiceUnavailable) {
			t.Errorf("%v: Retry-After: %t", err, got.retry)
		}
	}
}

func TestErrors_AFaultBesideARefusalWins(t *testing.T) {
	for _, fault := range []error{domain.ErrUnavailable, domain.ErrBusy, context.DeadlineExceeded} {
		for _, refusal := range []error{domain.ErrTokenReused, domain.ErrBadCredentials, errNotAuthenticated} {
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
