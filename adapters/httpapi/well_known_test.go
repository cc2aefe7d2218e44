package httpapi

import (
	"errors"
	"net/http"
	"testing"
)

func TestKeys_Answers(t *testing.T) {
	compare(t, newStage(t, nil), "jwks.txt", []exchange{
		{"keys", request("GET", "/.well-known/jwks.json", "")},
		{"with a slash", request("GET", "/.well-known/jwks.json/", "")},
		{"HEAD", request("HEAD", "/.well-known/jwks.json", "")},
		{"POST", request("POST", "/.well-known/jwks.json", "")},
	})
}

func TestKeys_AFailureIsNoEmptySetAndInNoCache(t *testing.T) {
	s := newStage(t, nil)
	s.keys = func() error { return errors.New("key of an unknown kind") }
	r := s.send(t, request("GET", "/.well-known/jwks.json", ""))
	if r.status != http.StatusInternalServerError || r.header.Get("Cache-Control") != "" {
		t.Errorf("%d %v %s, want 500 that nobody may keep", r.status, r.header, r.body)
	}
}

const metadataPath = "/.well-known/oauth-authorization-server"

func TestMetadata_Answers(t *testing.T) {
	s := newStage(t, func(_ *stage, s *Settings) { s.Issuer = "https://auth.example/base/" })
	compare(t, s, "metadata.txt", []exchange{
		{"metadata", request("GET", metadataPath, "")},
		{"with a slash", request("GET", metadataPath+"/", "")},
		{"HEAD", request("HEAD", metadataPath, "")},
		{"POST", request("POST", metadataPath, "")},
	})
}

func TestMetadata_NeedsAnHTTPSIssuer(t *testing.T) {
	for issuer, there := range map[string]bool{
		"https://auth.example":        true,
		"https://auth.example/":       true,
		"https://auth.example:8443/a": true,
		"https://[::1]":               true,
		"":                            false,
		"vidaplus":                    false,
		"http://auth.example":         false,
		"https:auth.example":          false,
		"https://":                    false,
		"https://:443":                false,
		"https://auth.example?a=b":    false,
		"https://auth.example?":       false,
		"https://auth.example#a":      false,
		"https://auth.example#":       false,
		"https://user@auth.example":   false,
		"https://auth.example/%zz":    false,
		"urn:vidaplus":                false,
	} {
		if got := metadataOf(issuer); (got != nil) != there {
			t.Errorf("%q: %s, want metadata: %t", issuer, got, there)
		}
	}
	r := newStage(t, nil).send(t, request("GET", metadataPath, ""))
	if r.status != http.StatusNotFound || r.body != `{"detail":"Not Found"}` {
		t.Errorf("without an issuer: %d %s, want 404", r.status, r.body)
	}
}
