package jwtsign_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/vidaplus/vidaplus-auth/adapters/jwtsign"
	"github.com/vidaplus/vidaplus-auth/domain"
)

// FuzzRead reads header and payload as a token that is well signed, and tail behind it or alone as one that is not.
func FuzzRead(f *testing.F) {
	for _, payload := range []string{
		goodPayload, "", "{}", with(`"x":"\\\":","y\"":{"x":[1,{"x":":"}]}`), with(`"x":1,"\u0078":1`), with(`"sid":"s","jti":"j","uid":"u"`), with(`"aud":["a","b"],"iss":"i","iat":1.5,"nbf":1e9`),
		`{"sub":"\ud83d\ude00<\\ud800","exp":1e400}`, with(`"sub":null`), with(`"ſub":1`), "{\"sub\":\"\xff\",\"exp\":-0.0}",
	} {
		f.Add(goodHeader, payload, "")
	}
	f.Add(`{"alg":"none","crit":["b64"],"b64":false}`, goodPayload, "=")
	f.Add(`{"alg":"HS256","kid":1}`, goodPayload, "e30.e30.e30")
	signer := newSigner()
	f.Fuzz(func(t *testing.T, header, payload, tail string) {
		token := forge(header, payload)
		if c, ok := readOrRefused(t, signer, token); ok {
			wantSaidAgain(t, signer, c)
			wantDistinctNames(t, header)
			wantDistinctNames(t, payload)
		}
		for _, raw := range []string{tail, header, payload, token + tail} {
			if _, ok := readOrRefused(t, signer, raw); ok && raw != token {
				t.Errorf("%q was read, want it refused: nobody signed it", raw)
			}
		}
	})
}

func readOrRefused(t *testing.T, signer *jwtsign.Signer, raw string) (domain.Claims, bool) {
	t.Helper()
	c, err := signer.Read(raw)
	if err != nil && !errors.Is(err, domain.ErrTokenInvalid) {
		t.Errorf("Read returned the error %v, want domain.ErrTokenInvalid", err)
	}
	return c, err == nil
}

// wantSaidAgain allows for a token that gets too long: escaped, a < takes six bytes.
func wantSaidAgain(t *testing.T, signer *jwtsign.Signer, c domain.Claims) {
	t.Helper()
	token, err := signer.Sign(c)
	if errors.Is(err, jwtsign.ErrTokenTooLong) {
		return
	}
	if again, ok := readOrRefused(t, signer, token); err != nil || !ok || !reflect.DeepEqual(again, c) {
		t.Errorf("%+v, signed and read again, is %+v (%v)", c, again, err)
	}
}

// wantDistinctNames walks through the text in another way than the package does.
func wantDistinctNames(t *testing.T, text string) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	if begin, err := d.Token(); err != nil || begin != json.Delim('{') {
		t.Fatalf("%q was read, want an object", text)
	}
	for seen := map[any]bool{}; d.More(); {
		name, err := d.Token()
		var value json.RawMessage
		if err != nil || d.Decode(&value) != nil || seen[name] {
			t.Fatalf("%q was read, want each name once", text)
		}
		seen[name] = true
	}
}
