package jwtsign_test

import (
	"crypto/elliptic"
	"crypto/x509"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"github.com/vidaplus/vidaplus-auth/adapters/jwtsign"
	"github.com/vidaplus/vidaplus-auth/domain"
)

// FuzzFolder reads a file as the one key there is: whatever is taken signs and reads, and is published without what is
// private.
func FuzzFolder(f *testing.F) {
	ec := ecKey(f, elliptic.P256())
	sec1, err := x509.MarshalECPrivateKey(ec)
	if err != nil {
		f.Fatal(err)
	}
	for _, text := range []string{
		pkcs8(f, private(f, domain.EdDSA)), pkcs8(f, ec), pkcs8(f, rsaKey(f, 2048)), inPEM("EC PRIVATE KEY", sec1),
		inPEM("EC PARAMETERS", []byte{6, 0}) + inPEM("EC PRIVATE KEY", sec1), pkcs8(f, ecKey(f, elliptic.P384())), weakRSA, "",
		"-----BEGIN PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n-----END PRIVATE KEY-----", inPEM("PRIVATE KEY", []byte{0x30, 0x80}),
	} {
		f.Add(text, "20260101T000000Z_x")
	}
	f.Add("", "99991231T235959Z_")
	f.Fuzz(func(t *testing.T, text, name string) {
		domain.KeyFileBegins(name)
		r := emptyRing(t, "")
		r.write("key.pem", text)
		kept, err := jwtsign.KeyMaker{}.Kept(r.settings.Folder)
		if err != nil {
			if len(err.Error()) > 400+len(r.settings.Folder) || strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Errorf("the error is %q, want one short line", err)
			}
			return
		}
		r.settings.Algorithm = kept[0].Algorithm
		s := r.opened()
		wantClaims(t, s, signedBy(t, s), trackedClaims())
		if keys := published(t, s, noon).Keys; len(keys) != 1 || !keys[0].IsPublic() || !keys[0].Valid() || keys[0].KeyID != only(t, s) {
			t.Errorf("the published keys are %v, want one public key", keys)
		}
	})
}

// FuzzReadPair reads headers and payloads that are well signed with the key that the header may name or not.
func FuzzReadPair(f *testing.F) {
	const id = "ID"
	for _, header := range []string{
		`{"alg":"EdDSA","kid":"ID"}`, `{"alg":"EdDSA"}`, `{"alg":"EdDSA","kid":1}`, `{"alg":"RS256","kid":"ID"}`, `{"alg":"HS256","kid":"ID"}`,
		`{"alg":"EdDSA","kid":"ID","kid":"ID"}`, `{"alg":"EdDSA","kid":"ID","jwk":{}}`, `{"kid":"ID","alg":"none"}`, `{"alg":"EdDSA","kid":["ID"]}`,
	} {
		f.Add(header, trackedPayload)
		f.Add(header, goodPayload)
	}
	r, key := emptyRing(f, domain.EdDSA), private(f, domain.EdDSA)
	r.keep("key.pem", key)
	s := r.opened()
	f.Fuzz(func(t *testing.T, header, payload string) {
		header = strings.ReplaceAll(header, id, only(t, s))
		c, ok := readOrRefused(t, s, forgePair(t, jwt.SigningMethodEdDSA, key, header, payload))
		if !ok {
			return
		}
		if c.Untracked() {
			t.Errorf("%s was read of a token without a session, want it refused", payload)
		}
		wantSaidAgain(t, s, c)
		wantDistinctNames(t, header)
		wantDistinctNames(t, payload)
		if !strings.Contains(header, "EdDSA") && !strings.Contains(header, `\u`) {
			t.Errorf("%s was taken, want it to name the key's algorithm", header)
		}
	})
}
