package jwtsign_test

import (
	"crypto/sha512"
	"hash"
	"strings"
	"testing"
)

func TestRead_TakesTheseHeaders(t *testing.T) {
	for _, header := range []string{
		goodHeader, `{"typ":"JWT","alg":"HS256"}`, `{"alg":"HS256"}`, `{"alg":"HS256","typ":"at+jwt"}`,
		`{"alg":"HS256","typ":""}`, `{"alg":"HS256","kid":1}`, `{"alg":"HS256","kid":"1"}`, `{"alg":"HS256","kid":null}`,
		`{"alg":"HS256","kid":{"alg":"none","alg":"none"}}`, "\n{ \"alg\" :\t\"HS256\" }\r\n", `{"\u0061lg":"HS\u003256"}`,
		`{"alg":"HS256","jwk":{"kty":"oct","k":"AA"},"x5u":"https://a.example","algo":"none","Cty":1}`,
	} {
		t.Run(header, func(t *testing.T) { wantClaims(t, newSigner(), forge(header, goodPayload), goodClaims()) })
	}
}

func TestRead_RefusesTheseHeaders(t *testing.T) {
	for _, header := range []string{
		`{"alg":"none"}`, `{"alg":"None"}`, `{"alg":""}`, `{"alg":"hs256"}`, `{"alg":"HS256 "}`, `{"alg":"HS256\u0000"}`,
		`{"alg":"HS384"}`, `{"alg":"HS512"}`, `{"alg":"RS256"}`, `{"alg":"ES256"}`, `{"alg":"EdDSA"}`, `{"alg":"PS256"}`,
		`{"alg":null}`, `{"alg":["HS256"]}`, `{"alg":{"HS256":1}}`, `{"alg":256}`, `{"alg":true}`, `{"alg":"HS\ud800256"}`,
		`{"typ":"JWT"}`, `{}`, `{"ALG":"HS256"}`, `{"Alg":"HS256"}`, `{"alg":"HS256","ALG":"HS256"}`, `{"alg ":"HS256"}`,
		`{"alg":"HS256","alg":"HS256"}`, `{"alg":"none","alg":"HS256"}`, `{"alg":"HS256","alg":"none"}`,
		`{"alg":"HS256","\u0061lg":"HS256"}`, `{"alg":"HS256","typ":"JWT","typ":"JWT"}`, `{"alg":"HS256","x":1,"x":1}`,
		`{"alg":"HS256","typ":1}`, `{"alg":"HS256","typ":null}`, `{"alg":"HS256","typ":["JWT"]}`,
		`{"alg":"HS256","crit":["exp"],"exp":1}`, `{"alg":"HS256","crit":[]}`, `{"alg":"HS256","crit":null}`,
		`{"alg":"HS256","crit":["b64"],"b64":true}`, `{"alg":"HS256","Crit":["x"]}`, `{"alg":"HS256","\u0063rit":["x"]}`,
		`{"alg":"HS256","b64":false}`, `{"alg":"HS256","b64":true}`, `{"alg":"HS256","B64":false}`, `{"alg":"HS256","\u212Aid":1}`,
		``, ` `, `null`, `"HS256"`, `["alg","HS256"]`, `{"alg":"HS256"`, `{"alg":"HS256"}}`, `{"alg":"HS256"}{}`,
		`{"alg":"HS256",}`, `{'alg':'HS256'}`, `{alg:"HS256"}`, `{"alg" "HS256"}`, `{"alg":"HS256"}//`, "{\"alg\":\"HS256\"}\x00",
		"\ufeff{\"alg\":\"HS256\"}", "{\"alg\":\"HS256\",\"x\":\"\xff\"}", `{"alg":"HS256","x":"\udc00"}`,
		`{"alg":"HS256","x":` + strings.Repeat("[", 1000) + `}`,
	} {
		t.Run(header, func(t *testing.T) { wantRefused(t, newSigner(), forge(header, goodPayload)) })
	}
}

func TestRead_RefusesOtherAlgorithmsThoughTheKeyIsRight(t *testing.T) {
	for alg, h := range map[string]func() hash.Hash{"HS384": sha512.New384, "HS512": sha512.New, "HS256": sha512.New} {
		wantRefused(t, newSigner(), forgeWith(h, secret, `{"alg":"`+alg+`"}`, goodPayload))
	}
	for _, alg := range []string{"none", "None", "NONE", "nOnE"} {
		token := forge(`{"alg":"`+alg+`"}`, goodPayload)
		wantRefused(t, newSigner(), token[:strings.LastIndexByte(token, '.')+1])
	}
}
