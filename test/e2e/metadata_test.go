package e2e

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

const metadataPath = "/.well-known/oauth-authorization-server"

func TestMetadata_SaysWhereEverythingIs(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := signsWith(t, "EdDSA", database, aClient)
		got := s.call(http.MethodGet, metadataPath, "", "")
		var told struct {
			Issuer        string
			JWKS          string   `json:"jwks_uri"`
			Introspection string   `json:"introspection_endpoint"`
			Revocation    string   `json:"revocation_endpoint"`
			ResponseTypes []string `json:"response_types_supported"`
			GrantTypes    []string `json:"grant_types_supported"`
		}
		if err := json.Unmarshal([]byte(got.body), &told); err != nil || got.status != http.StatusOK {
			t.Fatalf("the answer is %d %s, %v", got.status, got.body, err)
		}
		if told.Issuer != issuer || told.ResponseTypes == nil || told.GrantTypes == nil || strings.Contains(got.body, `"password"`) {
			t.Errorf("the metadata are %s", got.body)
		}
		// What the metadata name is looked for where the tests can reach it.
		here := func(address string) string {
			path, found := strings.CutPrefix(address, issuer)
			if !found {
				t.Errorf("%s is not at the issuer", address)
			}
			return path
		}
		if keys := s.call(http.MethodGet, here(told.JWKS), "", ""); keys.status != http.StatusOK {
			t.Errorf("%s is answered with %d", told.JWKS, keys.status)
		}
		token := s.loggedIn()
		for _, address := range []string{told.Introspection, told.Revocation} {
			if asked := s.call(http.MethodPost, here(address), "", "token="+token, form, basic(clientID, clientSecret)); asked.status != http.StatusOK {
				t.Errorf("%s is answered with %d", address, asked.status)
			}
		}
		s.refuses(token)
	})
}

func TestMetadata_ThereIsNoneUnlessTheIssuerIsAnHTTPSURL(t *testing.T) {
	t.Parallel()
	for _, who := range []string{"", "http://auth.example.com", "vidaplus", "https://auth.example.com?a=b", "https://"} {
		s := start(t, "sqlite::memory:", "ISSUER="+who)
		s.call(http.MethodGet, metadataPath, "", "").is(t, http.StatusNotFound, "Not Found")
	}
}
