package jwtsign_test

import (
	"encoding/base64"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/jwtsign"
	"github.com/vidaplus/vidaplus-auth/domain"
)

// FuzzReadPlain holds the reader of what we write against the one that knows all of JSON.
func FuzzReadPlain(f *testing.F) {
	for _, text := range []string{
		payloadOf(f, trackedClaims()), goodPayload, `{"sub":"a","exp":1}`, `{"sub":"a","exp":01}`, `{"sub":"a","exp":1,}`,
		`{"sub":"a","exp":1.5}`, `{"sub":"a","exp":253402300799}`, `{"sub":"a","exp":253402300800}`, `{"sub":"a","exp":1}}`,
		`{"sub":"","exp":1}`, `{"sub":"a\u0062","exp":1}`, `{"sub":"a","exp":1,"jti":"j","uid":"u"}`, `{"exp":1,"sub":"a"}`,
		`{"iss":"i","sub":"a","exp":2,"nbf":0,"iat":1,"jti":"j","aud":"x","sid":"s","uid":"u"}`, `,"sub":"a","exp":1}`,
		`{"sub":"a","exp":1,"sub":"b"}`, `{"sub":"a","exp":}`, `{"sub":"a`, `{"sub":"a"`, "{\"sub\":\"a\x7f\",\"exp\":1}",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, read := jwtsign.ReadPlain(text)
		// Nothing longer than a token gets as far, and only the reader of all JSON would mind.
		if !read || len(text) > domain.MaxTokenLength {
			return
		}
		if want, ok := jwtsign.ReadAnyClaims([]byte(text)); !ok || !reflect.DeepEqual(got, want) {
			t.Errorf("%q was read as %+v, want %+v, %v", text, got, want, ok)
		}
	})
}

func TestReadPlain_ReadsWhatWeWrite(t *testing.T) {
	claims := trackedClaims()
	claims.Issuer, claims.Audience = "https://auth.example.com", []string{"api"}
	for what, c := range map[string]domain.Claims{"all": claims, "a session's": trackedClaims()} {
		if got, read := jwtsign.ReadPlain(payloadOf(t, c)); !read || !reflect.DeepEqual(got, c) {
			t.Errorf("%s claims were read as %+v, %v, want %+v", what, got, read, c)
		}
	}
}

// A rolling update has two versions sign the same state: their tokens are the same only if the bytes are.
func TestSign_WritesAsTheStandardLibraryDoes(t *testing.T) {
	second := time.Unix(1772366400, 0).UTC()
	c := domain.Claims{
		Subject: "o'neil<&>\u2028\"\\é@example.com", SessionID: "s", UserID: "u", ID: "1.x",
		ExpiresAt: second, IssuedAt: second.Add(-time.Minute), NotBefore: second.Add(-time.Hour), Issuer: "i",
		Audience: []string{"a", "b"},
	}
	want, err := json.Marshal(struct {
		Iss string   `json:"iss"`
		Sub string   `json:"sub"`
		Exp int64    `json:"exp"`
		Nbf int64    `json:"nbf"`
		Iat int64    `json:"iat"`
		Jti string   `json:"jti"`
		Aud []string `json:"aud"`
		Sid string   `json:"sid"`
		UID string   `json:"uid"`
	}{c.Issuer, c.Subject, second.Unix(), c.NotBefore.Unix(), c.IssuedAt.Unix(), string(c.ID), c.Audience, "s", "u"})
	if err != nil {
		t.Fatal(err)
	}
	if got := payloadOf(t, c); got != string(want) {
		t.Errorf("the payload is\n%s, want\n%s", got, want)
	}
}

// payloadOf returns the JSON that a signed token carries.
func payloadOf(t testing.TB, c domain.Claims) string {
	t.Helper()
	token, err := newSigner().Sign(c)
	if err != nil {
		t.Fatal(err)
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	return string(payload)
}
