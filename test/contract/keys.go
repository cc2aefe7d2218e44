package contract

import (
	"encoding/json"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// KeyPolicy is the policy of the rings that KeyRing is handed.
var KeyPolicy = domain.Policy{TokenLifetime: 30 * time.Minute, ClockLeeway: 5 * time.Second}

// kept is how long after its successor began a key is still needed under KeyPolicy.
const kept = 30*time.Minute + 5*time.Second + domain.MaxIssuedAhead

// KeyStage is a ring of keys, and ways to change what is kept where its keys come from.
type KeyStage struct {
	Ring ports.KeyRing
	// Tokens signs and reads with the keys of the ring.
	Tokens ports.TokenSigner
	// Replica opens another signer on the same kept keys.
	Replica func() ports.TokenSigner
	// Add keeps a new key pair that begins at an instant and returns its ID; Remove takes it away.
	Add    func(algorithm string, begins time.Time) string
	Remove func(id string)
	// Spoil makes what is kept unusable, until Mend is called.
	Spoil, Mend func()
	// Turn sets the clock.
	Turn func(time.Time)
}

var keyNoon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// KeyRing checks every promise of ports.KeyRing. open returns a ring that was opened at keyNoon to sign with the
// algorithm: a key pair of it that began at `first`, or an HMAC secret for HS256 and no key pair.
func KeyRing(t *testing.T, open func(t *testing.T, algorithm string, first time.Time) KeyStage) {
	pairs := func(t *testing.T) (KeyStage, string) {
		s := open(t, domain.EdDSA, keyNoon)
		return s, s.Ring.List(keyNoon)[0].ID
	}
	for name, check := range map[string]func(*testing.T, KeyStage, string){
		"List and Publish tell what a key does":      keysTakeTurns,
		"a removed key is gone with a reload":        keysGo,
		"a reload tells of a change once":            reloadTellsOnce,
		"a failed reload changes nothing":            reloadFailsWhole,
		"keys that are all gone stay":                keysThatAreGoneStay,
		"keys to sign with that are gone stay":       signingKeysStay,
		"an unknown key in a token is looked for":    unknownKeysAreLookedFor,
		"a key that comes too late ends nobody":      lateKeysEndNobody,
		"the same claims sign alike across a roll":   rollsSignAlike,
		"reloads disturb nobody who signs and reads": reloadsDisturbNobody,
	} {
		t.Run(name, func(t *testing.T) {
			s, first := pairs(t)
			check(t, s, first)
		})
	}
	t.Run("a secret is listed and never published", func(t *testing.T) {
		s := open(t, domain.HS256, keyNoon)
		if l := s.Ring.List(keyNoon); len(l) != 1 || l[0].Algorithm != domain.HS256 || l[0].Use != domain.KeySigns {
			t.Errorf("List returned %+v, want the secret, which signs", l)
		}
		wantPublished(t, s, keyNoon)
		second := s.Add(domain.ES256, keyNoon)
		reloaded(t, s, true)
		wantPublished(t, s, keyNoon, second)
		s.Remove(second)
		reloadFails(t, s)
		wantPublished(t, s, keyNoon, second)
	})
}

func keysTakeTurns(t *testing.T, s KeyStage, first string) {
	begins := keyNoon.Add(domain.KeyLead)
	second := s.Add(domain.EdDSA, begins)
	other := s.Add(domain.RS256, keyNoon.Add(-time.Second))
	reloaded(t, s, true)
	for _, c := range []struct {
		after         time.Duration
		first, second domain.KeyUse
	}{
		{0, domain.KeySigns, domain.KeyBeginsSoon},
		{domain.KeyLead - 1, domain.KeySigns, domain.KeyBeginsSoon},
		{domain.KeyLead, domain.KeyVerifies, domain.KeySigns},
		{domain.KeyLead + kept - 1, domain.KeyVerifies, domain.KeySigns},
		{domain.KeyLead + kept, domain.KeyNotNeeded, domain.KeySigns},
	} {
		at := keyNoon.Add(c.after)
		want := map[string]domain.KeyUse{first: c.first, second: c.second, other: domain.KeyVerifies}
		var order []string
		for _, k := range s.Ring.List(at) {
			order = append(order, k.ID)
			if k.Use != want[k.ID] {
				t.Errorf("after %v List says that %s %s, want %s", c.after, k.ID, k.Use, want[k.ID])
			}
		}
		if len(order) != 3 || !slices.Equal(order, idsOf(s, keyNoon)) {
			t.Errorf("after %v List returned %v, want 3 keys in the order of before", c.after, order)
		}
		published := slices.DeleteFunc(order, func(id string) bool { return want[id] == domain.KeyNotNeeded })
		wantPublished(t, s, at, published...)
	}
}

func keysGo(t *testing.T, s KeyStage, first string) {
	second := s.Add(domain.EdDSA, keyNoon.Add(time.Hour))
	reloaded(t, s, true)
	token := signed(t, s.Tokens, claimsAt(keyNoon))
	s.Remove(first)
	wantClaims(t, s.Tokens, token, claimsAt(keyNoon))
	reloaded(t, s, true)
	wantRefused(t, s.Tokens, token)
	wantPublished(t, s, keyNoon, second)
	// It has not begun, but nothing else is there.
	wantClaims(t, s.Tokens, signed(t, s.Tokens, claimsAt(keyNoon)), claimsAt(keyNoon))
}

func reloadTellsOnce(t *testing.T, s KeyStage, _ string) {
	reloaded(t, s, false)
	s.Add(domain.EdDSA, keyNoon.Add(time.Hour))
	reloaded(t, s, true)
	reloaded(t, s, false)
}

func reloadFailsWhole(t *testing.T, s KeyStage, first string) {
	token := signed(t, s.Tokens, claimsAt(keyNoon))
	second := s.Add(domain.EdDSA, keyNoon.Add(time.Hour))
	s.Spoil()
	for range 2 {
		reloadFails(t, s)
		wantPublished(t, s, keyNoon, first)
		wantClaims(t, s.Tokens, token, claimsAt(keyNoon))
	}
	s.Mend()
	reloaded(t, s, true)
	wantPublished(t, s, keyNoon, first, second)
}

func keysThatAreGoneStay(t *testing.T, s KeyStage, first string) {
	s.Remove(first)
	reloadFails(t, s)
	wantPublished(t, s, keyNoon, first)
	wantClaims(t, s.Tokens, signed(t, s.Tokens, claimsAt(keyNoon)), claimsAt(keyNoon))
}

func signingKeysStay(t *testing.T, s KeyStage, first string) {
	s.Remove(first)
	s.Add(domain.RS256, keyNoon)
	reloadFails(t, s)
	wantPublished(t, s, keyNoon, first)
}

func unknownKeysAreLookedFor(t *testing.T, s KeyStage, _ string) {
	s.Add(domain.EdDSA, keyNoon.Add(time.Minute))
	replica := s.Replica()
	token := signed(t, replica, claimsAt(keyNoon.Add(time.Minute)))
	wantClaims(t, s.Tokens, token, claimsAt(keyNoon.Add(time.Minute)))
	reloaded(t, s, true)
}

func lateKeysEndNobody(t *testing.T, s KeyStage, first string) {
	late := keyNoon.Add(3 * time.Hour)
	s.Turn(late)
	token := signed(t, s.Tokens, claimsAt(late))
	second := s.Add(domain.EdDSA, keyNoon.Add(time.Hour))
	reloaded(t, s, true)
	wantClaims(t, s.Tokens, token, claimsAt(late))
	s.Turn(late.Add(kept - 1))
	reloaded(t, s, false)
	wantPublished(t, s, late.Add(kept-1), first, second)
	s.Turn(late.Add(kept))
	wantPublished(t, s, late.Add(kept), second)
	wantRefused(t, s.Tokens, token)
}

func rollsSignAlike(t *testing.T, s KeyStage, _ string) {
	before, after := claimsAt(keyNoon), claimsAt(keyNoon.Add(time.Minute))
	token := signed(t, s.Tokens, before)
	s.Add(domain.EdDSA, keyNoon.Add(time.Minute))
	reloaded(t, s, true)
	next := signed(t, s.Tokens, after)
	s.Turn(keyNoon.Add(2 * time.Minute))
	if again := signed(t, s.Tokens, before); again != token {
		t.Errorf("what was issued before the roll signs to %q, want %q", again, token)
	}
	if again := signed(t, s.Replica(), after); again != next {
		t.Errorf("what is issued after the roll signs to %q elsewhere, want %q", again, next)
	}
	wantClaims(t, s.Tokens, token, before)
	wantClaims(t, s.Tokens, next, after)
}

func reloadsDisturbNobody(t *testing.T, s KeyStage, _ string) {
	s.Add(domain.EdDSA, keyNoon.Add(time.Hour))
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for range 50 {
				c := claimsAt(keyNoon.Add(time.Duration(i) * 10 * time.Minute))
				if token, err := s.Tokens.Sign(c); err != nil {
					t.Errorf("Sign failed during a reload: %v", err)
				} else if _, err := s.Tokens.Read(token); err != nil {
					t.Errorf("Read failed during a reload: %v", err)
				}
			}
		})
	}
	all.Go(func() {
		for range 5 {
			id := s.Add(domain.EdDSA, keyNoon.Add(2*time.Hour))
			if _, err := s.Ring.Reload(); err != nil {
				t.Errorf("Reload failed: %v", err)
			}
			s.Remove(id)
		}
	})
	all.Wait()
}

func claimsAt(issued time.Time) domain.Claims {
	c := trackedClaims()
	c.IssuedAt, c.ExpiresAt = issued, issued.Add(KeyPolicy.TokenLifetime)
	return c
}

func idsOf(s KeyStage, at time.Time) []string {
	var ids []string
	for _, k := range s.Ring.List(at) {
		ids = append(ids, k.ID)
	}
	return ids
}

func reloaded(t *testing.T, s KeyStage, want bool) {
	t.Helper()
	if changed, err := s.Ring.Reload(); err != nil || changed != want {
		t.Fatalf("Reload returned %v, %v, want %v", changed, err, want)
	}
}

func reloadFails(t *testing.T, s KeyStage) {
	t.Helper()
	if changed, err := s.Ring.Reload(); err == nil || changed {
		t.Fatalf("Reload returned %v, %v, want no change and an error", changed, err)
	}
}

// wantPublished wants exactly these keys, and of each what anybody may know.
func wantPublished(t *testing.T, s KeyStage, at time.Time, want ...string) {
	t.Helper()
	text, err := s.Ring.Publish(at)
	var set struct{ Keys []map[string]any }
	if err != nil || json.Unmarshal(text, &set) != nil || set.Keys == nil {
		t.Fatalf("Publish returned %s, %v, want a JWK Set", text, err)
	}
	public := []string{"alg", "crv", "e", "kid", "kty", "n", "use", "x", "y"}
	var got []string
	for _, k := range set.Keys {
		id, _ := k["kid"].(string)
		got = append(got, id)
		for _, name := range slices.Sorted(maps.Keys(k)) {
			if !slices.Contains(public, name) {
				t.Errorf("a published key has the member %s, want only %v", name, public)
			}
		}
		if k["use"] != "sig" || k["alg"] == nil || k["kty"] == nil {
			t.Errorf("a published key is %v, want its kty, alg and use", k)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("Publish returned the keys %v, want %v", got, want)
	}
}
