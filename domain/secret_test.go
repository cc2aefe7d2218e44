package domain_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/vidaplus/vidaplus-auth/domain"
)

const hidden = "hunter2-hunter2"

// holder keeps a secret where methods of Secret are out of a formatter's reach.
type holder struct {
	secret  domain.Secret
	pointer *domain.Secret
	nested  struct{ list []domain.Secret }
	keyed   map[string]domain.Secret
	any     any
}

func newHolder() holder {
	secret := domain.NewSecret(hidden)
	h := holder{secret: secret, pointer: &secret, keyed: map[string]domain.Secret{"key": secret}, any: secret}
	h.nested.list = []domain.Secret{secret}
	return h
}

// betrays fails if text holds the secret in any spelling that a formatter could choose.
func betrays(t *testing.T, how, text string) {
	t.Helper()
	for _, spelling := range []string{
		hidden, fmt.Sprintf("%x", hidden), fmt.Sprintf("%X", hidden), fmt.Sprintf("% x", hidden),
		strings.Trim(fmt.Sprint([]byte(hidden)), "[]"), strings.Trim(fmt.Sprintf("%#v", []byte(hidden)), "[]byte{}"),
	} {
		if strings.Contains(text, spelling) {
			t.Errorf("%s prints the secret: %s", how, text)
		}
	}
}

func TestSecret_NoVerbPrintsIt(t *testing.T) {
	secret := domain.NewSecret(hidden)
	h := newHolder()
	for name, value := range map[string]any{
		"a secret": secret, "a pointer": &secret, "a list": []domain.Secret{secret}, "an array": [1]domain.Secret{secret},
		"a map": map[string]domain.Secret{"a": secret}, "a key": map[domain.Secret]int{secret: 1}, "unexported fields": h,
		"a pointer to unexported fields": &h, "nested unexported fields": struct{ inner struct{ holder } }{struct{ holder }{h}},
		"a user": domain.User{PasswordHash: secret}, "a change": domain.UserChange{PasswordHash: &secret},
	} {
		for _, verb := range strings.Fields("%v %+v %#v %s %q %x %X %d %c %U %t %e %b %o %p %w %10.3s %-20v %T") {
			betrays(t, verb+" of "+name, fmt.Sprintf(verb, value))
		}
		betrays(t, "Sprint of "+name, fmt.Sprint(value))
	}
	if got := fmt.Sprintf("%v %+v %#v %s %q %x %d", secret, secret, secret, secret, secret, secret, secret); got != strings.TrimSpace(strings.Repeat("[secret] ", 7)) {
		t.Errorf("the verbs print %s, want masks", got)
	}
	betrays(t, "String", secret.String())
	betrays(t, "GoString", secret.GoString())
}

func TestSecret_NoDocumentLogOrErrorHoldsIt(t *testing.T) {
	secret := domain.NewSecret(hidden)
	h := newHolder()
	shown := struct {
		Secret  domain.Secret
		Pointer *domain.Secret
		Keyed   map[domain.Secret]domain.Secret
		Hidden  holder
	}{secret, &secret, map[domain.Secret]domain.Secret{secret: secret}, h}
	document, err := json.Marshal(shown)
	if err != nil {
		t.Fatal(err)
	}
	betrays(t, "JSON", string(document))
	if !strings.Contains(string(document), `"Secret":"[secret]"`) {
		t.Errorf("the document is %s, want a mask in it", document)
	}
	var log bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewJSONHandler(&log, nil), slog.NewTextHandler(&log, nil)} {
		slog.New(handler).Info("m", "secret", secret, "pointer", &secret, "shown", shown, "holder", h)
	}
	betrays(t, "a log", log.String())
	betrays(t, "an error", fmt.Errorf("bad secret %v: %w", secret, errors.New(fmt.Sprint(h))).Error())
}

func TestSecret_RevealsTheTextItWasGiven(t *testing.T) {
	for _, text := range []string{"", "a", hidden, "\x00\xff", "[secret]"} {
		if got := domain.NewSecret(text).Reveal(); got != text {
			t.Errorf("revealed was %q, want %q", got, text)
		}
		var read domain.Secret
		if err := read.UnmarshalText([]byte(text)); err != nil || read.Reveal() != text {
			t.Errorf("read was %q (%v), want %q", read.Reveal(), err, text)
		}
		if got := domain.NewSecret(text).Empty(); got != (text == "") {
			t.Errorf("%q is empty: %v", text, got)
		}
	}
	if zero := (domain.Secret{}); zero.Reveal() != "" || !zero.Empty() || !zero.Equal(domain.NewSecret("")) {
		t.Error("the zero Secret is not the empty text")
	}
}

func TestSecret_EqualsTheSameTextOnly(t *testing.T) {
	texts := []string{"", "a", "A", "ab", hidden, hidden + " "}
	for _, a := range texts {
		for _, b := range texts {
			if got := domain.NewSecret(a).Equal(domain.NewSecret(b)); got != (a == b) {
				t.Errorf("%q equals %q: %v", a, b, got)
			}
		}
	}
}
