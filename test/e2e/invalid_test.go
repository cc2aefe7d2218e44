package e2e

import (
	"crypto/hmac"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/pg"
	"github.com/vidaplus/vidaplus-auth/test/program"
)

// spoilt lists tokens that differ from a good one in one thing each, all of them with the right signature unless the
// signature is that thing.
func spoilt(t *testing.T, good string) map[string]string {
	t.Helper()
	j := readJWT(t, good, secretKey)
	payload := func(payload string) string { return forge(secretKey, jwtHeader, payload) }
	claim := func(name, value string) string { return payload(j.with(t, name, value)) }
	again := func(member string) string { return payload(strings.TrimSuffix(j.payload, "}") + "," + member + "}") }
	header := func(header string) string { return forge(secretKey, header, j.payload) }
	parts := strings.Split(good, ".")
	return map[string]string{
		"expired":               claim("exp", fmt.Sprint(time.Now().Unix())),
		"expired long ago":      claim("exp", "1700000000"),
		"without exp":           claim("exp", ""),
		"exp of null":           claim("exp", "null"),
		"exp of text":           claim("exp", fmt.Sprintf(`"%d"`, time.Now().Add(time.Hour).Unix())),
		"exp without end":       claim("exp", "1e400"),
		"not good yet":          claim("nbf", fmt.Sprint(time.Now().Add(time.Hour).Unix())),
		"of the future":         claim("iat", fmt.Sprint(time.Now().Add(time.Hour).Unix())),
		"iat of text":           claim("iat", `"now"`),
		"for another audience":  claim("aud", `"somebody else"`),
		"without sub":           claim("sub", ""),
		"sub of null":           claim("sub", "null"),
		"empty sub":             claim("sub", `""`),
		"without jti":           claim("jti", ""),
		"jti of another form":   claim("jti", `"1"`),
		"without uid":           claim("uid", ""),
		"empty sid":             claim("sid", `""`),
		"sid of a number":       claim("sid", "7"),
		"sub twice":             again(`"sub":"joao@example.com"`),
		"exp twice":             again(fmt.Sprintf(`"exp":%d`, j.seconds(t, "exp"))),
		"a claim in upper case": again(`"SID":"x"`),
		"payload of no object":  payload(`[]`),
		"payload of no JSON":    payload(j.payload + "}"),
		"crit":                  header(`{"alg":"HS256","typ":"JWT","crit":["exp"]}`),
		"crit of nothing":       header(`{"alg":"HS256","typ":"JWT","crit":[]}`),
		"unencoded payload":     header(`{"alg":"HS256","typ":"JWT","b64":false}`),
		"no algorithm":          header(`{"typ":"JWT"}`),
		"algorithm twice":       header(`{"alg":"HS256","typ":"JWT","alg":"HS256"}`),
		"algorithm hs256":       header(`{"alg":"hs256","typ":"JWT"}`),
		"algorithm HS512":       header(`{"alg":"HS512","typ":"JWT"}`),
		"algorithm RS256":       header(`{"alg":"RS256","typ":"JWT"}`),
		"algorithm none":        encoded(`{"alg":"none","typ":"JWT"}`) + "." + parts[1] + ".",
		"none, but signed":      header(`{"alg":"none","typ":"JWT"}`),
		"true HS512":            signedHS512(encoded(`{"alg":"HS512","typ":"JWT"}`) + "." + parts[1]),
		"another key":           forge("another key that is longer than thirty-two bytes", jwtHeader, j.payload),
		"an empty key":          forge("", jwtHeader, j.payload),
		"no signature":          parts[0] + "." + parts[1] + ".",
		"half a signature":      good[:len(good)-22],
		"padded":                good + "=",
		"free bits set":         respelt(good),
		"tampered with":         parts[0] + "." + encoded(j.with(t, "sub", `"joao@example.com"`)) + "." + parts[2],
		"two parts":             parts[0] + "." + parts[1],
		"four parts":            good + "." + parts[2],
		"too long":              payload(strings.TrimSuffix(j.payload, "}") + `,"x":"` + strings.Repeat("x", 4096) + `"}`),
		"nothing but dots":      "..",
		"an extra word":         good + " x",
	}
}

func signedHS512(text string) string {
	mac := hmac.New(sha512.New, []byte(secretKey))
	mac.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// respelt sets a bit that base64url leaves free in the last character: the bytes of the signature stay the same.
func respelt(token string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := len(token) - 1
	return token[:last] + string(alphabet[strings.IndexByte(alphabet, token[last])|1])
}

func TestRefresh_AnInvalidTokenIsRefusedAndEndsNothing(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		s.AddUser(joao, mariasPassword)
		good := s.loggedIn()
		for name, token := range spoilt(t, good) {
			if got := s.refresh(token); got.status != http.StatusUnauthorized {
				t.Errorf("%s: the answer is %d %s", name, got.status, got.body)
			}
			s.refuses(token)
		}
		s.records("token_reused", 0)
		if j := readJWT(t, good, secretKey); forge(secretKey, jwtHeader, j.payload) != good {
			t.Error("a token that was forged with care is not the good one, so the bad ones may be bad by mistake")
		}
		s.refreshed(good)
	})
}

func TestRefresh_ATokenThatIsNoGoodIsRefusedThoughTheStoreIsDown(t *testing.T) {
	t.Parallel()
	server := pg.Start(t)
	s := withUser(t, server.URL(), "ACCEPT_UNTRACKED_TOKENS=false", "STORE_TIMEOUT=1s")
	good := s.loggedIn()
	server.Stop(true)

	for _, token := range spoilt(t, good) {
		s.refuses(token)
	}
	s.refuses(untracked(maria, time.Minute))
	got := s.refresh(good)
	got.is(t, http.StatusServiceUnavailable, "Service unavailable")
	if wait := got.header.Get("Retry-After"); wait != "1" {
		t.Errorf("Retry-After is %q, want a second", wait)
	}
	s.login(maria, mariasPassword).is(t, http.StatusServiceUnavailable, "Service unavailable")

	server.Start()
	program.Within(t, 20*time.Second, "the session goes on", func() bool { return s.refresh(good).status == http.StatusOK })
}

func TestRefresh_AnUntrackedTokenIsNoGoodForNobody(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		s.refuses(untracked(joao, time.Minute))
		s.refuses(untracked("maria@example.com ", time.Minute))
		s.refuses(untracked("", time.Minute))
		s.refuses(untracked(maria, 0))
		s.refuses(forge(secretKey, jwtHeader, `{"sub":"maria@example.com"}`))
		s.refuses(forge(secretKey, jwtHeader, fmt.Sprintf(`{"sub":"a\u0000b","exp":%d}`, time.Now().Unix()+60)))
		s.refuses(untrackedBy("another key that is longer than thirty-two bytes", maria, time.Minute))
		s.records("untracked_token_taken_in", 0)
	})
}
