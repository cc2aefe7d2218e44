package httpapi

import (
	"errors"
	"net/http"
	"strings"
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

func TestMetadata_Answers(t *testing.T) {
	s := newStage(t, func(_ *stage, s *Settings) { s.Issuer = "https://auth.example/base/" })
	compare(t, s, "metadata.txt", []exchange{
		{"metadata", request("GET", metadataPath, "")},
		{"with a slash", request("GET", metadataPath+"/", "")},
		{"HEAD", request("HEAD", metadataPath, "")},
		{"POST", request("POST", metadataPath, "")},
	})
}

// RFC 8414 §3.1: the path of an issuer stands behind that of the metadata.
func TestMetadata_IsWhereTheIssuersPathPutsIt(t *testing.T) {
	for issuer, where := range map[string]map[string]int{
		"https://auth.example":           {"": 200, "/": 200, "/tenant": 404},
		"https://auth.example/":          {"": 200, "//": 404},
		"https://auth.example/tenant":    {"": 200, "/tenant": 200, "/tenant/": 200, "/other": 404, "/tenant/more": 404, "/tenan%74": 200},
		"https://auth.example/a/b/":      {"": 200, "/a/b": 200, "/a/b/": 200, "/a": 404},
		"https://auth.example/a:b":       {"/a:b": 200, "/ac": 404, "/a%3Ab": 200},
		"https://auth.example/:a":        {"/:a": 200, "/x": 404},
		"https://auth.example/a%2A":      {"": 200, "/a*": 404, "/ab": 404},
		"https://auth.example/a(b)!":     {"/a(b)!": 200, "/a%28b%29%21": 200},
		"https://auth.example/a%2Fb":     {"": 200, "/a%2Fb": 404, "/a/b": 404},
		"https://auth.example/caf%C3%A9": {"/caf%C3%A9": 200, "/caf%c3%a9": 200},
		"http://auth.example/tenant":     {"": 404, "/tenant": 404},
	} {
		s := newStage(t, func(_ *stage, s *Settings) { s.Issuer = issuer })
		for behind, status := range where {
			r := s.send(t, request("GET", metadataPath+behind, ""))
			if r.status != status || (status == 200) != strings.Contains(r.body, `"issuer":"`+issuer+`"`) {
				t.Errorf("%s at %q: %d %s, want %d", issuer, behind, r.status, r.body, status)
			}
		}
		if where["/tenant"] == 200 {
			if r := s.send(t, request("POST", metadataPath+"/tenant", "")); r.status != 405 || r.header.Get("Allow") != "GET, HEAD" {
				t.Errorf("POST: %d %v, want 405", r.status, r.header)
			}
		}
	}
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
