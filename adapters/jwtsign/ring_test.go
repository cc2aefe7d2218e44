package jwtsign_test

import (
	"crypto/rand"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/jwtsign"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
	"github.com/vidaplus/vidaplus-auth/test/contract"
)

func TestRing_KeepsTheContract(t *testing.T) {
	contract.KeyRing(t, func(t *testing.T, algorithm string, first time.Time) contract.KeyStage {
		r := emptyRing(t, algorithm)
		if algorithm == domain.HS256 {
			r.settings.Secret = domain.NewSecret(rand.Text())
		} else {
			r.add(algorithm, first)
		}
		s := r.opened()
		return contract.KeyStage{
			Ring: s, Tokens: s, Replica: func() ports.TokenSigner { return r.opened() },
			Add: r.add, Remove: func(id string) { r.remove(r.names()[id]) },
			Spoil: func() { r.write("spoiled.pem", "no key") }, Mend: func() { r.remove("spoiled.pem") }, Turn: r.turn,
		}
	})
}

func TestKeyMaker_KeepsTheContract(t *testing.T) {
	contract.KeyMaker(t, jwtsign.KeyMaker{}, func(t *testing.T, folder, name, text string) {
		r := ring{t: t, settings: jwtsign.Settings{Folder: folder}}
		r.write(name, text)
	})
}

// add keeps a new key under the name that it gets in the program, and returns its ID.
func (r *ring) add(algorithm string, begins time.Time) string {
	r.t.Helper()
	key, err := jwtsign.KeyMaker{}.Make(algorithm)
	if err != nil {
		r.t.Fatal(err)
	}
	key.Begins = begins
	r.write(key.FileName(), key.Text.Reveal()+"\n")
	return key.ID
}

// names returns the files of the keys by their IDs.
func (r *ring) names() map[string]string {
	r.t.Helper()
	kept, err := jwtsign.KeyMaker{}.Kept(r.settings.Folder)
	if err != nil {
		r.t.Fatal(err)
	}
	names := map[string]string{}
	for _, k := range kept {
		names[k.ID] = k.FileName()
	}
	return names
}

func TestRing_ReadsTheFolderOnceInFiveSecondsForUnknownKeys(t *testing.T) {
	r := newRing(t, domain.EdDSA)
	s := r.opened()
	// Somebody else's token, of a key that is not there.
	wantRefused(t, s, foreign(t))
	r.add(domain.EdDSA, noon.Add(-time.Hour))
	token := signedBy(t, r.opened())
	r.turn(noon.Add(5*time.Second - 1))
	wantRefused(t, s, token)
	r.turn(noon.Add(5 * time.Second))
	wantClaims(t, s, token, trackedClaims())
	wantRefused(t, s, foreign(t))
	// A clock that is put back opens the folder again.
	r.turn(noon)
	r.add(domain.EdDSA, noon)
	wantClaims(t, s, signedBy(t, r.opened()), trackedClaims())
}

func TestRing_RefusesNoneOfManyWhoBringTheSameNewKey(t *testing.T) {
	r := newRing(t, domain.EdDSA)
	s := r.opened()
	for i := range 10 {
		r.turn(noon.Add(time.Duration(i) * time.Minute))
		r.add(domain.EdDSA, noon.Add(time.Duration(i-20)*time.Minute))
		token := signedBy(t, r.opened())
		start := make(chan struct{})
		var all sync.WaitGroup
		for range 24 {
			all.Go(func() {
				<-start
				wantClaims(t, s, token, trackedClaims())
			})
		}
		close(start)
		all.Wait()
	}
}

func TestRing_ReadsTheFolderForKeysThatCouldBeOursOnly(t *testing.T) {
	r := newRing(t, domain.EdDSA)
	s := r.opened()
	id := r.add(domain.EdDSA, noon)
	for _, header := range []string{
		`{"alg":"EdDSA"}`, `{"alg":"EdDSA","kid":""}`, `{"alg":"EdDSA","kid":1}`, `{"alg":"EdDSA","kid":["` + id + `"]}`,
		`{"alg":"EdDSA","kid":"key"}`, `{"alg":"EdDSA","kid":"` + id + `A"}`, `{"alg":"EdDSA","kid":"../` + id + `"}`,
		`{"alg":"HS256","kid":"` + id + `"}`, `{"alg":"none","kid":"` + id + `"}`, `{"alg":"PS256","kid":"` + id + `"}`,
		`{"alg":"ES384","kid":"` + id + `"}`,
	} {
		wantRefused(t, s, forge(header, goodPayload))
		if n := len(s.List(noon)); n != 1 {
			t.Fatalf("%s made the folder be read", header)
		}
	}
	wantRefused(t, s, forge(`{"alg":"EdDSA","kid":"`+id+`"}`, goodPayload))
	if n := len(s.List(noon)); n != 2 {
		t.Errorf("there are %d keys after a token named a new one, want 2", n)
	}
}

func TestRing_TellsOfKeysThatAnUnknownKeyBrought(t *testing.T) {
	r := newRing(t, domain.EdDSA)
	s := r.opened()
	r.add(domain.EdDSA, noon)
	wantClaims(t, s, signedBy(t, r.opened()), trackedClaims())
	for _, want := range []bool{true, false} {
		if changed, err := s.Reload(); err != nil || changed != want {
			t.Errorf("Reload returned %v, %v, want %v", changed, err, want)
		}
	}
}

func TestRing_KeepsItsKeysWhileTheFolderIsGone(t *testing.T) {
	r := newRing(t, domain.EdDSA)
	s := r.opened()
	token := signedBy(t, s)
	elsewhere := t.TempDir() + "/moved"
	if err := os.Rename(r.settings.Folder, elsewhere); err != nil {
		t.Fatal(err)
	}
	if changed, err := s.Reload(); err == nil || changed {
		t.Errorf("Reload returned %v, %v, want an error", changed, err)
	}
	wantRefused(t, s, foreign(t))
	wantClaims(t, s, token, trackedClaims())
	wantClaims(t, s, signedBy(t, s), trackedClaims())
	if err := os.Rename(elsewhere, r.settings.Folder); err != nil {
		t.Fatal(err)
	}
	if changed, err := s.Reload(); err != nil || changed {
		t.Errorf("Reload returned %v, %v, want that nothing has changed", changed, err)
	}
}

func TestRing_WithoutAFolderHasNothingToReload(t *testing.T) {
	s := newSigner()
	if changed, err := s.Reload(); changed || err != nil {
		t.Errorf("Reload returned %v, %v, want nothing", changed, err)
	}
	if set, err := s.Publish(noon); err != nil || string(set) != `{"keys":[]}` {
		t.Errorf("Publish returned %s, %v, want an empty set", set, err)
	}
	wantRefused(t, s, foreign(t))
}

func TestRing_ListsSecretsByTheNamesOfTheirVariables(t *testing.T) {
	r := newRing(t, domain.EdDSA)
	r.settings.Algorithm, r.settings.Secret = domain.HS256, domain.NewSecret(secret)
	r.settings.Previous = []domain.Secret{domain.NewSecret("zero"), domain.NewSecret("one")}
	var got []string
	for _, k := range r.opened().List(noon) {
		got = append(got, k.ID+" "+k.Algorithm+" "+string(k.Use))
	}
	want := []string{
		"SECRET_KEY HS256 signs", "PREVIOUS_SECRET_KEYS 1 HS256 verifies", "PREVIOUS_SECRET_KEYS 2 HS256 verifies",
	}
	if len(got) != 4 {
		t.Fatalf("List returned %v, want 4 keys", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("key %d is %q, want %q", i, got[i], want[i])
		}
	}
}

// foreign returns a token of another ring.
func foreign(t testing.TB) string {
	t.Helper()
	return signedBy(t, newRing(t, domain.EdDSA).opened())
}

func signedBy(t testing.TB, s *jwtsign.Signer) string {
	t.Helper()
	token, err := s.Sign(trackedClaims())
	if err != nil {
		t.Fatal(err)
	}
	return token
}
