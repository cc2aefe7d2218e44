package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
)

// session is what a token says. Times are seconds since 1970.
type session struct {
	Email    string `json:"sub"`
	Expires  int64  `json:"exp"`
	IssuedAt int64  `json:"iat"`
	TokenID  string `json:"jti"`
	ID       string `json:"sid"`
	UserID   string `json:"uid"`
}

var headerHS256 = base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`))

// mint returns the token that the service would have given to s. It spares the log-ins, which take a core 50 ms each.
func mint(s session, key string) (string, error) {
	claims, err := json.Marshal(s)
	if err != nil {
		return "", err
	}
	text := headerHS256 + "." + base64.RawURLEncoding.EncodeToString(claims)
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)), nil
}

func mintAll(all []session, key string) ([]string, error) {
	tokens := make([]string, len(all))
	for i, s := range all {
		var err error
		if tokens[i], err = mint(s, key); err != nil {
			return nil, err
		}
	}
	return tokens, nil
}
