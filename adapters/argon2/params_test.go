package argon2

import (
	"strings"
	"testing"

	"github.com/vidaplus/vidaplus-auth/configs"
)

// goodParams are at the bounds and between them.
var goodParams = map[string]Params{
	"m=65536,t=3,p=4":     {65536, 3, 4},
	"m=8,t=1,p=1":         {8, 1, 1},
	"m=128,t=16,p=16":     {128, 16, 16},
	"m=1048576,t=16,p=16": {1048576, 16, 16},
	"m=19456,t=2,p=1":     {19456, 2, 1},
}

var badParams = []string{
	"", "m", "65536,3,4", "m=65536", "m=65536,t=3", "m=65536,t=3,p=", "m=65536,t=3,p=4,", "m=65536,t=3,p=4,x=1",
	"m=65536,p=4,t=3", "t=3,m=65536,p=4", "m=65536;t=3;p=4", "m=65536,t=3,p=4\n", " m=65536,t=3,p=4", "m=65536, t=3, p=4",
	"m=65536,t=3,p=4 ", "m=065536,t=3,p=4", "m=+65536,t=3,p=4", "m=-1,t=3,p=4", "m=6_5536,t=3,p=4", "m=0x8000,t=3,p=4",
	"m=65536,t=3.0,p=4", "M=65536,T=3,P=4", "m=65536,t=3,p=4,p=4", "m=7,t=1,p=1", "m=31,t=1,p=4", "m=127,t=1,p=16",
	"m=1048577,t=1,p=1", "m=4294967295,t=1,p=1", "m=4294967304,t=1,p=1", "m=99999999999999999999,t=1,p=1",
	"m=65536,t=0,p=4", "m=65536,t=17,p=4", "m=65536,t=4294967297,p=4", "m=65536,t=3,p=0", "m=65536,t=3,p=17",
	"m=65536,t=3,p=257", "m=0,t=0,p=0",
}

func TestParseParams_ReadsOneSpellingWithinTheBounds(t *testing.T) {
	for text, want := range goodParams {
		if got, err := ParseParams(text); got != want || err != nil {
			t.Errorf("ParseParams(%q) returned %v, %v, want %v", text, got, err, want)
		}
		if want.String() != text {
			t.Errorf("%#v is written as %s, want %s", want, want, text)
		}
	}
	for _, text := range badParams {
		if got, err := ParseParams(text); err == nil || got != (Params{}) {
			t.Errorf("ParseParams(%q) returned %v, %v, want an error", text, got, err)
		}
	}
}

func TestParseParams_SaysWhatWouldBeRight(t *testing.T) {
	_, err := ParseParams("m=1,t=3,p=4")
	for _, part := range []string{`"m=1,t=3,p=4"`, "m=KIB,t=PASSES,p=LANES", "8 to 1048576", "1 to 16", "m=65536,t=3,p=4"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("the error is %v, want %q in it", err, part)
		}
	}
}

func TestParams_TakesWhatTheConfigurationTakes(t *testing.T) {
	texts := badParams
	for text := range goodParams {
		texts = append(texts, text)
	}
	for _, text := range texts {
		var configured configs.Argon2Params
		refused := configured.UnmarshalText([]byte(text))
		params, err := ParseParams(text)
		if (refused == nil) != (err == nil) || params != Params(configured) {
			t.Errorf("%q: the configuration reads %v (%v), the hasher %v (%v)", text, configured, refused, params, err)
		}
	}
}
