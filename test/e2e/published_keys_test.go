package e2e

import (
	"crypto"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
)

// claimsOf reads what a token says without verifying it.
func claimsOf(t *testing.T, token string) jwt {
	t.Helper()
	parts := strings.Split(token, ".")
	read := jwt{header: decoded(t, parts[0]), payload: decoded(t, parts[1])}
	numbers := json.NewDecoder(strings.NewReader(read.payload))
	numbers.UseNumber()
	if err := numbers.Decode(&read.claims); err != nil {
		t.Fatal(err)
	}
	return read
}

func TestKeys_ATokenIsVerifiedOfflineWithThePublishedOnes(t *testing.T) {
	t.Parallel()
	for _, algorithm := range asymmetric {
		t.Run(algorithm, func(t *testing.T) {
			t.Parallel()
			onEachEngine(t, func(t *testing.T, database string) {
				s := signsWith(t, algorithm, database)
				key := s.keyFiles()[0]
				for _, token := range []string{s.loggedIn(), s.refreshed(s.loggedIn())} {
					told, err := s.resourceServer(algorithm).Verify(t.Context(), token)
					if err != nil || told.Subject != maria {
						t.Fatalf("go-oidc says %+v, %v", told, err)
					}
					payload, id := verified(t, s.keySet(), algorithm, token)
					read := claimsOf(t, token)
					if payload != read.payload || id != key.id {
						t.Errorf("go-jose reads %s of the key %s, want %s of %s", payload, id, read.payload, key.id)
					}
					if want := `{"alg":"` + algorithm + `","typ":"JWT","kid":"` + key.id + `"}`; !sameJSON(t, read.header, want) {
						t.Errorf("the header is %s, want %s", read.header, want)
					}
					if names := read.names(); names != "aud exp iat iss jti sid sub uid" {
						t.Errorf("the claims are %s", names)
					}
					s.me(token)
				}
				s.isVerifiedStrictly(algorithm)
			})
		})
	}
}

func sameJSON(t *testing.T, one, two string) bool {
	t.Helper()
	var a, b map[string]string
	if json.Unmarshal([]byte(one), &a) != nil || json.Unmarshal([]byte(two), &b) != nil {
		return false
	}
	return len(a) == len(b) && a["alg"] == b["alg"] && a["typ"] == b["typ"] && a["kid"] == b["kid"]
}

// isVerifiedStrictly shows that the verifier of the other tests does not take everything.
func (s *service) isVerifiedStrictly(algorithm string) {
	s.T.Helper()
	token := s.loggedIn()
	parts := strings.Split(token, ".")
	other := parts[0] + "." + encoded(strings.Replace(decoded(s.T, parts[1]), maria, joao, 1)) + "." + parts[2]
	if _, err := s.resourceServer(algorithm).Verify(s.T.Context(), other); err == nil {
		s.T.Error("go-oidc takes a token that was changed")
	}
	keys := oidc.NewRemoteKeySet(oidc.ClientContext(s.T.Context(), client), s.URL+"/.well-known/jwks.json")
	for _, config := range []*oidc.Config{
		{ClientID: "another", SupportedSigningAlgs: []string{algorithm}}, {ClientID: audience, SupportedSigningAlgs: []string{"PS256"}},
	} {
		if _, err := oidc.NewVerifier(issuer, keys, config).Verify(s.T.Context(), token); err == nil {
			s.T.Errorf("go-oidc takes a token although it wants %+v", config)
		}
	}
}

func TestKeys_WhatIsPublishedIsPublicAndNamesItself(t *testing.T) {
	t.Parallel()
	s := signsWith(t, "EdDSA", "sqlite:vidaplus.db")
	for _, algorithm := range asymmetric[1:] {
		s.generateKey(algorithm)
	}
	s.restart()
	got := s.call(http.MethodGet, "/.well-known/jwks.json", "", "")
	if cache := got.header.Get("Cache-Control"); !strings.HasPrefix(cache, "public, max-age=") {
		t.Errorf("Cache-Control is %q", cache)
	}
	var raw struct{ Keys []map[string]any }
	got.read(t, &raw)
	members := map[string]string{"EdDSA": "alg crv kid kty use x", "ES256": "alg crv kid kty use x y", "RS256": "alg e kid kty n use"}
	for _, key := range raw.Keys {
		algorithm, _ := key["alg"].(string)
		if names := (jwt{claims: key}).names(); names != members[algorithm] || key["use"] != "sig" {
			t.Errorf("a key of %s has the members %s: %v", algorithm, names, key)
		}
	}
	set := s.keySet()
	for _, file := range s.keyFiles() {
		keys := set.Key(file.id)
		if len(keys) != 1 {
			t.Fatalf("the key %s is published %d times", file.id, len(keys))
		}
		if print, err := keys[0].Thumbprint(crypto.SHA256); err != nil || base64.RawURLEncoding.EncodeToString(print) != file.id {
			t.Errorf("the key %s has the thumbprint %x, %v", file.id, print, err)
		}
		if info, err := os.Stat(file.path); err != nil || info.Mode() != 0o600 {
			t.Errorf("the key's file has the mode %v, %v", info.Mode(), err)
		}
	}
	if len(raw.Keys) != 3 || len(set.Keys) != 3 {
		t.Errorf("%d keys are published, want 3", len(set.Keys))
	}
}

func TestKeys_WithHS256NoneIsPublished(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, "PREVIOUS_SECRET_KEYS=another key of at least thirty-two bytes")
		for _, path := range []string{"/.well-known/jwks.json", "/.well-known/jwks.json/"} {
			if got := s.call(http.MethodGet, path, "", ""); got.status != http.StatusOK || got.body != `{"keys":[]}` {
				t.Errorf("the keys are answered with %d %s", got.status, got.body)
			}
		}
		if out := s.Must("", "keys", "list"); strings.Contains(out, "tests alone") || strings.Contains(out, "another key") ||
			!strings.Contains(out, "SECRET_KEY") {
			t.Errorf("keys list prints %s", out)
		}
	})
}
