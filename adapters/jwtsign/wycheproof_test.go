package jwtsign

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"testing"

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
		Private struct {
			Alg string `json:"alg"`
			K   string `json:"k"`
		} `json:"private"`
		Tests []struct {
			ID      int    `json:"tcId"`
			Comment string `json:"comment"`
			JWS     string `json:"jws"`
			Result  string `json:"result"`
		} `json:"tests"`
	} `json:"testGroups"`
}

// The payloads of the vectors are no claims, so the step before claims are read is what they test.
func TestVerify_AgreesWithWycheproof(t *testing.T) {
	file := readWycheproof(t)
	ran, accepted, differing := 0, 0, 0
	for _, group := range file.TestGroups {
		secret, err := base64.RawURLEncoding.DecodeString(group.Private.K)
		if err != nil || group.Private.Alg != "HS256" {
			t.Fatalf("a group's key is %q for %q, want base64url and HS256", group.Private.K, group.Private.Alg)
		}
		signer := New(domain.NewSecret(string(secret)), nil)
		for _, test := range group.Tests {
			_, ok := signer.verify(test.JWS)
			_, differs := wycheproofDiffers[test.ID]
			if want := (test.Result == "valid") != differs; ok != want {
				t.Errorf("%d %s: verify returned %v, want %v", test.ID, test.Comment, ok, want)
			}
			ran, accepted, differing = ran+1, accepted+count(ok), differing+count(differs)
		}
	}
	if ran != 40 || accepted != 10 || differing != len(wycheproofDiffers) {
		t.Errorf("%d vectors ran, %d were accepted and %d are excepted, want 40, 10 and %d",
			ran, accepted, differing, len(wycheproofDiffers))
	}
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func readWycheproof(t *testing.T) wycheproofFile {
	t.Helper()
	text, err := os.ReadFile("testdata/wycheproof_json_web_signature_hmac.json")
	if err != nil {
		t.Fatal(err)
	}
	var file wycheproofFile
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	return file
}
