package jwtsign

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// wycheproofDiffers lists the vectors that are judged otherwise here, by tcId.
var wycheproofDiffers = map[int]string{
	372: "called valid, but a question mark in the encoded header is no base64url (RFC 7515 §2)",
	373: "called valid, but a question mark in the encoded payload is no base64url (RFC 7515 §2)",
	367: "called invalid for its padding, but there is none: it is 357, which is called valid (C2SP/wycheproof#236)",
	370: "called invalid for its padding, but there is none: it is 357, which is called valid (C2SP/wycheproof#236)",
}

type wycheproofFile struct {
	TestGroups []struct {
		Private jose.JSONWebKey `json:"private"`
		Tests   []struct {
			ID      int    `json:"tcId"`
			Comment string `json:"comment"`
			JWS     string `json:"jws"`
			Result  string `json:"result"`
		} `json:"tests"`
	} `json:"testGroups"`
}

// The payloads of the vectors are no claims, so the step before claims are read is what they test.
func TestVerify_AgreesWithWycheproof(t *testing.T) {
	excepted := 0
	for name, want := range map[string]struct{ ran, accepted int }{"hmac": {40, 10}, "ec": {39, 2}, "rsa": {233, 8}} {
		ran, accepted := 0, 0
		for _, group := range readWycheproof(t, name).TestGroups {
			signer := vectorSigner(t, group.Private)
			for _, test := range group.Tests {
				_, k := signer.verify(test.JWS)
				_, differs := wycheproofDiffers[test.ID]
				if ok, want := k != nil, (test.Result == "valid") != differs; ok != want {
					t.Errorf("%d %s: verify returned %v, want %v", test.ID, test.Comment, ok, want)
				}
				ran, accepted, excepted = ran+1, accepted+count(k != nil), excepted+count(differs)
			}
		}
		if ran != want.ran || accepted != want.accepted {
			t.Errorf("%s: %d vectors ran and %d were accepted, want %d and %d", name, ran, accepted, want.ran, want.accepted)
		}
	}
	if excepted != len(wycheproofDiffers) {
		t.Errorf("%d vectors are excepted, want %d", excepted, len(wycheproofDiffers))
	}
}

// vectorSigner returns a signer with one key. A key pair keeps the name that it has in the vectors, which is no
// thumbprint.
func vectorSigner(t *testing.T, of jose.JSONWebKey) *Signer {
	t.Helper()
	if secret, ok := of.Key.([]byte); ok && of.Algorithm == domain.HS256 {
		return New(domain.NewSecret(string(secret)), nil)
	}
	k, err := newKeyPair(of.Key)
	if err != nil || of.Algorithm != k.Algorithm || of.KeyID == "" {
		t.Fatalf("a group's key is for %q and called %q (%v), want one of ours with a name", of.Algorithm, of.KeyID, err)
	}
	k.ID = of.KeyID
	s := &Signer{}
	s.keys.Store(newKeySet(domain.Policy{}, k.Algorithm, []*key{k}, nil, time.Time{}))
	return s
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func readWycheproof(t *testing.T, name string) wycheproofFile {
	t.Helper()
	text, err := os.ReadFile("testdata/wycheproof_json_web_signature_" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var file wycheproofFile
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	return file
}
