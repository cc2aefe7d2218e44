package domain_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

var keyNoon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// pair is a key for EdDSA that begins so long after noon.
func pair(id string, after time.Duration) domain.Key {
	return domain.Key{ID: id, Algorithm: domain.EdDSA, Begins: keyNoon.Add(after)}
}

func TestSigningKey_IsTheNewestThatHadBegun(t *testing.T) {
	keys := []domain.Key{
		{ID: "undated", Algorithm: domain.EdDSA}, pair("second", time.Hour), pair("first", 0),
		{ID: "other", Algorithm: domain.RS256, Begins: keyNoon.Add(30 * time.Minute)},
		{ID: "SECRET_KEY", Algorithm: domain.HS256}, {ID: "PREVIOUS", Algorithm: domain.HS256, VerifiesOnly: true},
	}
	for _, c := range []struct {
		algorithm string
		after     time.Duration
		want      string
	}{
		{domain.EdDSA, -1, "undated"}, {domain.EdDSA, 0, "first"}, {domain.EdDSA, time.Hour - 1, "first"},
		{domain.EdDSA, time.Hour, "second"}, {domain.EdDSA, 1000 * time.Hour, "second"},
		{domain.RS256, 0, "other"}, {domain.RS256, time.Hour, "other"}, {domain.HS256, 0, "SECRET_KEY"}, {domain.ES256, 0, ""},
	} {
		for range 10 {
			rand.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
			got := ""
			if i := domain.SigningKey(keys, c.algorithm, keyNoon.Add(c.after)); i >= 0 {
				got = keys[i].ID
			}
			if got != c.want {
				t.Errorf("%v after noon %q signs for %s, want %q", c.after, got, c.algorithm, c.want)
			}
		}
	}
}

func TestSigningKey_IsTheOldestWhereNoneHadBegun(t *testing.T) {
	keys := []domain.Key{pair("b", 2*time.Hour), pair("a", time.Hour), pair("c", 3*time.Hour)}
	if i := domain.SigningKey(keys, domain.EdDSA, keyNoon); keys[i].ID != "a" {
		t.Errorf("%s signs, want the oldest", keys[i].ID)
	}
	if i := domain.SigningKey(keys, domain.EdDSA, time.Time{}); keys[i].ID != "a" {
		t.Errorf("%s signs what has no instant of issue, want the oldest", keys[i].ID)
	}
}

func TestSigningKey_IsTheSameOneWhateverTheOrder(t *testing.T) {
	a, b := pair("a", 0), pair("b", 0)
	for _, at := range []time.Time{keyNoon.Add(-1), keyNoon} {
		for _, keys := range [][]domain.Key{{a, b}, {b, a}} {
			if i := domain.SigningKey(keys, domain.EdDSA, at); keys[i].ID != "b" && at.Equal(keyNoon) || i < 0 {
				t.Errorf("%s signs among %v, want b", keys[i].ID, keys)
			}
		}
		x := domain.SigningKey([]domain.Key{a, b}, domain.EdDSA, at)
		y := domain.SigningKey([]domain.Key{b, a}, domain.EdDSA, at)
		if x == y {
			t.Errorf("of keys that begin together the place decides, want the ID")
		}
	}
}

func TestKey_IsNeededUntilItsLastTokenHasExpired(t *testing.T) {
	p := domain.Policy{TokenLifetime: 30 * time.Minute, ClockLeeway: 7 * time.Second}
	rest := 30*time.Minute + 7*time.Second + 60*time.Second
	late := pair("late", time.Hour)
	late.Seen = keyNoon.Add(5 * time.Hour)
	previous := domain.Key{ID: "PREVIOUS", Algorithm: domain.EdDSA, Begins: keyNoon.Add(time.Minute), VerifiesOnly: true}
	for name, c := range map[string]struct {
		others []domain.Key
		want   time.Time
	}{
		"alone":                            {nil, time.Time{}},
		"an older key":                     {[]domain.Key{pair("x", -time.Hour)}, time.Time{}},
		"a key that begins with it":        {[]domain.Key{pair("x", 0)}, time.Time{}},
		"a key of another algorithm":       {[]domain.Key{{ID: "x", Algorithm: domain.RS256, Begins: keyNoon.Add(1)}}, time.Time{}},
		"a newer key that never signs":     {[]domain.Key{previous}, time.Time{}},
		"a newer key":                      {[]domain.Key{pair("x", time.Hour)}, keyNoon.Add(time.Hour + rest)},
		"two newer keys":                   {[]domain.Key{pair("y", 2*time.Hour), pair("x", time.Hour)}, keyNoon.Add(time.Hour + rest)},
		"a newer key that was seen late":   {[]domain.Key{late}, keyNoon.Add(5*time.Hour + rest)},
		"a late key and one there already": {[]domain.Key{late, pair("x", 2*time.Hour)}, keyNoon.Add(2*time.Hour + rest)},
	} {
		keys := append(slices.Clone(c.others), pair("it", 0))
		if got := p.KeyNeededUntil(keys, len(keys)-1); !got.Equal(c.want) {
			t.Errorf("beside %s it is needed until %v, want %v", name, got, c.want)
		}
	}
}

// A key that signed a token is needed for as long as any replica may take the token.
func TestKey_IsNeededWhileATokenItSignedIsGood(t *testing.T) {
	p := domain.Policy{TokenLifetime: 30 * time.Minute, ClockLeeway: 5 * time.Second}
	for range 2000 {
		var keys []domain.Key
		for i := range 1 + rand.IntN(5) {
			keys = append(keys, pair(string(rune('a'+i)), time.Duration(rand.IntN(200))*time.Minute))
		}
		issued := keyNoon.Add(time.Duration(rand.IntN(200*60)) * time.Second)
		i := domain.SigningKey(keys, domain.EdDSA, issued)
		last := issued.Add(p.TokenLifetime + p.ClockLeeway)
		if until := p.KeyNeededUntil(keys, i); !until.IsZero() && !last.Before(until) {
			t.Fatalf("%v signs what is issued at %v and is needed until %v, want longer than the token lasts", keys[i], issued, until)
		}
	}
}

func TestKeyStates_SayWhatEachKeyDoes(t *testing.T) {
	p := domain.Policy{TokenLifetime: 30 * time.Minute}
	keys := []domain.Key{
		{ID: "SECRET_KEY", Algorithm: domain.HS256}, pair("old", -10*time.Hour), pair("last", -time.Hour), pair("now", -time.Minute),
		pair("next", time.Minute), {ID: "rsa", Algorithm: domain.RS256, Begins: keyNoon.Add(-time.Hour)},
	}
	want := []domain.KeyUse{
		domain.KeyVerifies, domain.KeyNotNeeded, domain.KeyVerifies, domain.KeySigns, domain.KeyBeginsSoon, domain.KeyVerifies,
	}
	for i, s := range p.KeyStates(keys, domain.EdDSA, keyNoon) {
		if s.Key != keys[i] || s.Use != want[i] {
			t.Errorf("%s %s, want %s %s", s.ID, s.Use, keys[i].ID, want[i])
		}
	}
	if s := p.KeyStates(keys, domain.HS256, keyNoon); s[0].Use != domain.KeySigns || s[3].Use != domain.KeyVerifies {
		t.Errorf("%+v, want the secret to sign and the newest pair to verify", s)
	}
}

func TestNewKeyBegins_LeavesTimeToEverybodyElse(t *testing.T) {
	at := keyNoon.Add(1500 * time.Millisecond).In(time.FixedZone("east", 3600))
	if got := domain.NewKeyBegins(nil, at); got != keyNoon.Add(time.Second) {
		t.Errorf("the first key begins at %v, want at once, at a whole second of UTC", got)
	}
	if got := domain.NewKeyBegins([]domain.Key{{}}, at); got != keyNoon.Add(10*time.Minute+time.Second) {
		t.Errorf("a further key begins at %v, want ten minutes later", got)
	}
}

func TestNewKeyBegins_AtASecondOfItsOwn(t *testing.T) {
	keys := []domain.Key{{}, pair("first", 0), pair("far", 10*time.Minute+2*time.Second)}
	for _, want := range []time.Duration{0, time.Second, 3 * time.Second, 4 * time.Second} {
		begins := domain.NewKeyBegins(keys, keyNoon.Add(999*time.Millisecond))
		if begins != keyNoon.Add(10*time.Minute+want) {
			t.Errorf("beside %d keys a new one begins at %v, want ten minutes and %v later", len(keys), begins, want)
		}
		keys = append(keys, domain.Key{ID: "z", Algorithm: domain.EdDSA, Begins: begins})
	}
}

func TestKeyFile_SaysWhenItsKeyBegins(t *testing.T) {
	k := domain.Key{ID: "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", Begins: keyNoon.In(time.FixedZone("east", 3600))}
	if got, want := k.FileName(), "20260301T120000Z_kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k.pem"; got != want {
		t.Errorf("the file is called %s, want %s", got, want)
	}
	for name, want := range map[string]time.Time{
		k.FileName(): keyNoon, "20260301T120000Z_.pem": keyNoon, "20260301T120000Z_a_b": keyNoon,
		"key.pem": {}, "": {}, "_": {}, "20260301T120000Z.pem": {}, "20260301T120000_x.pem": {}, "20261301T120000Z_x.pem": {},
		"20260301T126000Z_x.pem": {}, "2026-03-01T12:00:00Z_x.pem": {}, "x20260301T120000Z_x.pem": {}, " 20260301T120000Z_x.pem": {},
		"20260301T120000.5Z_x.pem": {},
	} {
		if got := domain.KeyFileBegins(name); !got.Equal(want) {
			t.Errorf("the key in %q begins at %v, want %v", name, got, want)
		}
	}
}
