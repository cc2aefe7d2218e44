package e2e

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// jwtHeader is the header of every token of ours, and of the original's.
const jwtHeader = `{"alg":"HS256","typ":"JWT"}`

// jwt is a token taken apart by a reader that shares nothing with the service.
type jwt struct {
	header  string
	payload string
	claims  map[string]any
}

// readJWT takes a token apart that the key signed with HS256.
func readJWT(t *testing.T, token, key string) jwt {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("the token has %d parts, want 3", len(parts))
	}
	if want := signed(key, parts[0]+"."+parts[1]); token != want {
		t.Fatalf("the signature of %s is not that of the key", token)
	}
	read := jwt{header: decoded(t, parts[0]), payload: decoded(t, parts[1])}
	numbers := json.NewDecoder(strings.NewReader(read.payload))
	numbers.UseNumber()
	if err := numbers.Decode(&read.claims); err != nil {
		t.Fatalf("the payload %s cannot be read: %v", read.payload, err)
	}
	return read
}

func decoded(t *testing.T, part string) string {
	t.Helper()
	text, err := base64.RawURLEncoding.Strict().DecodeString(part)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// names lists the claims in the order of the alphabet.
func (j jwt) names() string { return strings.Join(slices.Sorted(maps.Keys(j.claims)), " ") }

// text returns a claim that has to be a string with something in it.
func (j jwt) text(t *testing.T, claim string) string {
	t.Helper()
	text, _ := j.claims[claim].(string)
	if text == "" {
		t.Fatalf("the claim %s of %s is no text", claim, j.payload)
	}
	return text
}

// seconds returns a claim that has to be a whole number.
func (j jwt) seconds(t *testing.T, claim string) int64 {
	t.Helper()
	number, _ := j.claims[claim].(json.Number)
	n, err := number.Int64()
	if err != nil {
		t.Fatalf("the claim %s of %s is no whole number", claim, j.payload)
	}
	return n
}

// sessionOf returns the id of the session that a token of ours belongs to.
func sessionOf(t *testing.T, token string) string {
	t.Helper()
	return readJWT(t, token, secretKey).text(t, "sid")
}

// forge signs any header and payload as the service would.
func forge(key, header, payload string) string {
	return signed(key, encoded(header)+"."+encoded(payload))
}

func encoded(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

func signed(key, text string) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// untracked returns a token of the original's: an address, and an expiry that is so far ahead.
func untracked(email string, ahead time.Duration) string {
	return untrackedBy(secretKey, email, ahead)
}

func untrackedBy(key, email string, ahead time.Duration) string {
	return forge(key, jwtHeader, fmt.Sprintf(`{"sub":%q,"exp":%d}`, email, time.Now().Add(ahead).Unix()))
}

// with returns the payload with one claim set to what value says in JSON, or left out for "".
func (j jwt) with(t *testing.T, claim, value string) string {
	t.Helper()
	claims := maps.Clone(j.claims)
	delete(claims, claim)
	if value != "" {
		claims[claim] = json.RawMessage(value)
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(claims); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(text.String())
}
