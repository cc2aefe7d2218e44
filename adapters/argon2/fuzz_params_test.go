package argon2

import (
	"testing"

	"github.com/vidaplus/vidaplus-auth/configs"
)

// FuzzParseParams holds both readers of the parameters against each other: that of stored hashes and that of the
// configuration, which share no code.
func FuzzParseParams(f *testing.F) {
	for text := range goodParams {
		f.Add(text)
	}
	for _, text := range badParams {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParseParams(text)
		var configured configs.Argon2Params
		wrong := configured.UnmarshalText([]byte(text))
		if (err == nil) != (wrong == nil) || err == nil && (Params(configured) != got || got.String() != text || !got.bounded()) {
			t.Errorf("%q is read as %v, %v, and as %v, %v in the configuration", text, got, err, configured, wrong)
		}
	})
}
