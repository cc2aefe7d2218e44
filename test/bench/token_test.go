package main

import (
	"encoding/base64"
	"strings"
	"testing"
)

// The signature is the one that openssl dgst -sha256 -hmac makes.
func TestMint_SignsWhatTheServiceSigns(t *testing.T) {
	token, err := mint(session{Email: "a@b.c", Expires: 2, IssuedAt: 1, TokenID: "1.x", ID: "s", UserID: "u"}, "key")
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("%s, want three parts", token)
	}
	claims, err := base64.RawURLEncoding.DecodeString(parts[1])
	if want := `{"sub":"a@b.c","exp":2,"iat":1,"jti":"1.x","sid":"s","uid":"u"}`; err != nil || string(claims) != want {
		t.Errorf("%s %v, want %s", claims, err, want)
	}
	if want := "2HLTSslG4Wz5JQ2sAKyVdnfH0B-jfP7VhsG5755vqVw"; parts[2] != want {
		t.Errorf("signature %s, want %s", parts[2], want)
	}
}
