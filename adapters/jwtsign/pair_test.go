package jwtsign_test

import (
	"crypto"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	josejwt "github.com/go-jose/go-jose/v4/jwt"

	"github.com/vidaplus/vidaplus-auth/adapters/jwtsign"
	"github.com/vidaplus/vidaplus-auth/domain"
)

// published returns the JWK Set as another implementation reads it.
func published(t testing.TB, s *jwtsign.Signer, at time.Time) jose.JSONWebKeySet {
	t.Helper()
	text, err := s.Publish(at)
	var set jose.JSONWebKeySet
	if err == nil {
		err = json.Unmarshal(text, &set)
	}
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestSign_WritesTokensThatAnotherImplementationReads(t *testing.T) {
	for _, algorithm := range pairAlgorithms {
		s := newRing(t, algorithm).opened()
		token, err := josejwt.ParseSigned(signedBy(t, s), []jose.SignatureAlgorithm{jose.SignatureAlgorithm(algorithm)})
		if err != nil {
			t.Fatalf("%s: %v", algorithm, err)
		}
		h := token.Headers[0]
		if h.KeyID != only(t, s) || h.Algorithm != algorithm || h.ExtraHeaders["typ"] != "JWT" || len(h.ExtraHeaders) != 1 {
			t.Errorf("%s: the header is %+v, want alg, kid and typ JWT", algorithm, h)
		}
		var c struct {
			josejwt.Claims
			SessionID string `json:"sid"`
			UserID    string `json:"uid"`
		}
		if err := token.Claims(published(t, s, noon), &c); err != nil {
			t.Errorf("%s: %v, want a token that the published keys verify", algorithm, err)
		}
		want := trackedClaims()
		if c.Subject != want.Subject || c.SessionID != want.SessionID || c.UserID != want.UserID || c.ID != string(want.ID) ||
			!c.Expiry.Time().Equal(want.ExpiresAt) || !c.IssuedAt.Time().Equal(want.IssuedAt) {
			t.Errorf("%s: the claims are %+v, want %+v", algorithm, c, want)
		}
	}
}

func TestRead_TakesTokensThatAnotherImplementationWrites(t *testing.T) {
	for _, algorithm := range pairAlgorithms {
		r, key := emptyRing(t, algorithm), private(t, algorithm)
		r.keep("key.pem", key)
		s := r.opened()
		signer, err := jose.NewSigner(
			jose.SigningKey{Algorithm: jose.SignatureAlgorithm(algorithm), Key: jose.JSONWebKey{Key: key, KeyID: only(t, s)}},
			(&jose.SignerOptions{}).WithType("JWT"))
		if err != nil {
			t.Fatal(err)
		}
		want := trackedClaims()
		raw, err := josejwt.Signed(signer).Claims(josejwt.Claims{
			Subject: want.Subject, ID: string(want.ID),
			Expiry: josejwt.NewNumericDate(want.ExpiresAt), IssuedAt: josejwt.NewNumericDate(want.IssuedAt),
		}).Claims(map[string]any{"sid": want.SessionID, "uid": want.UserID}).Serialize()
		if err != nil {
			t.Fatal(err)
		}
		wantClaims(t, s, raw, want)
		wantRefused(t, newRing(t, algorithm).opened(), raw)
	}
}

// The key and its thumbprint are those of RFC 8037, appendix A.
func TestKeys_AreNamedAsRFC8037Says(t *testing.T) {
	r := emptyRing(t, domain.EdDSA)
	seed := made64(t, "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")
	r.write("20200101T000000Z_anything.pem", inPEM("PRIVATE KEY", append([]byte{
		0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
	}, seed...)))
	s := r.opened()
	if id := only(t, s); id != "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k" {
		t.Errorf("the key is called %s, want the thumbprint in RFC 8037", id)
	}
	text, _ := s.Publish(noon)
	want := `{"keys":[{"use":"sig","kty":"OKP","kid":"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k","crv":"Ed25519","alg":"EdDSA",` +
		`"x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}`
	if string(text) != want {
		t.Errorf("Publish returned %s, want %s", text, want)
	}
}

func made64(t testing.TB, text string) []byte {
	t.Helper()
	bytes, err := base64.RawURLEncoding.DecodeString(text)
	return made(t, bytes, err)
}

func TestKeys_AreNamedAsAnotherImplementationNamesThem(t *testing.T) {
	for _, algorithm := range pairAlgorithms {
		r, key := emptyRing(t, algorithm), private(t, algorithm)
		r.keep("20260101T000000Z_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.pem", key)
		thumbprint, err := (&jose.JSONWebKey{Key: key.Public()}).Thumbprint(crypto.SHA256)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := only(t, r.opened()), encode(thumbprint); got != want {
			t.Errorf("the key is called %s, want %s whatever the file's name says", got, want)
		}
	}
}

func TestSign_OfTheSameClaimsGivesTheSameBytes(t *testing.T) {
	for _, algorithm := range []string{domain.EdDSA, domain.RS256} {
		r := newRing(t, algorithm)
		if a, b := signedBy(t, r.opened()), signedBy(t, r.opened()); a != b {
			t.Errorf("%s: two processes sign to %s and %s, want the same", algorithm, a, b)
		}
	}
}

func TestMove_FromASecretToAKeyPairAndBackLogsNobodyOut(t *testing.T) {
	old := jwtsign.Settings{Algorithm: domain.HS256, Secret: domain.NewSecret(secret)}
	for _, algorithm := range pairAlgorithms {
		r := newRing(t, algorithm)
		prepared, moved := r.settings, r.settings
		prepared.Algorithm, prepared.Secret, moved.Secret = old.Algorithm, old.Secret, old.Secret
		steps := []jwtsign.Settings{old, prepared, moved, prepared}
		for i := 1; i < len(steps); i++ {
			// While the replicas are restarted one by one, each reads what the other signs.
			for _, way := range [][2]jwtsign.Settings{{steps[i-1], steps[i]}, {steps[i], steps[i-1]}} {
				r.settings = way[0]
				token := signedBy(t, r.opened())
				r.settings = way[1]
				wantClaims(t, r.opened(), token, trackedClaims())
			}
		}
		r.settings = moved
		wantClaims(t, r.opened(), forge(goodHeader, goodPayload), goodClaims())
		r.settings.Secret = domain.Secret{}
		wantRefused(t, r.opened(), signedBy(t, newSigner()))
	}
}

func TestOpen_FailsWithoutAKeyToSignWith(t *testing.T) {
	for _, algorithm := range pairAlgorithms {
		r := emptyRing(t, algorithm)
		for _, other := range append(pairAlgorithms, domain.HS256) {
			if other != algorithm && other != domain.HS256 {
				r.keep(other+".pem", private(t, other))
			}
			_, err := jwtsign.Open(r.settings, domain.Policy{}, r.clock)
			if err == nil || !strings.Contains(err.Error(), "vidaplus-auth keys generate "+algorithm) {
				t.Errorf("%s: %v, want an error that says how to make a key", algorithm, err)
			}
		}
	}
	r := emptyRing(t, domain.HS256)
	r.settings.Secret = domain.NewSecret(secret)
	wantClaims(t, r.opened(), signedBy(t, newSigner()), trackedClaims())
	r.settings.Folder = r.path("absent")
	for algorithm, advice := range map[string]string{domain.HS256: "absent", domain.ES256: "keys generate ES256"} {
		r.settings.Algorithm = algorithm
		_, err := jwtsign.Open(r.settings, domain.Policy{}, r.clock)
		if err == nil || !strings.Contains(err.Error(), "absent") || !strings.Contains(err.Error(), advice) {
			t.Errorf("%s: %v, want an error that names the folder and says %q", algorithm, err, advice)
		}
	}
}

func TestSigner_PrintsNoPrivateKey(t *testing.T) {
	r := newRing(t, domain.EdDSA)
	key := private(t, domain.RS256)
	r.keep("other.pem", key)
	s := r.opened()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		if text := fmt.Sprintf(verb, s); len(text) > 2000 {
			t.Errorf("%s prints %d bytes, want no key in them", verb, len(text))
		}
	}
	if _, err := s.Sign(domain.Claims{}); err == nil || errors.Is(err, domain.ErrTokenInvalid) {
		t.Errorf("Sign of nothing returned %v, want a fault", err)
	}
}
