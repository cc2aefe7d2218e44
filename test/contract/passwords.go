package contract

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// PasswordHasher checks the promises of ports.PasswordHasher but two: how long a refusal takes and how many callers
// may wait depend on the adapter's parameters, and are for its own tests. open returns a hasher that hashes cheaply
// and lets at least 40 callers wait.
func PasswordHasher(t *testing.T, open func(*testing.T) ports.PasswordHasher) {
	t.Run("a hash belongs to its password, exactly as received", func(t *testing.T) { hashesAreExact(t, open(t)) })
	t.Run("hashes of one password differ and have PHC form", func(t *testing.T) { hashesAreSalted(t, open(t)) })
	t.Run("what is no hash belongs to no password", func(t *testing.T) { brokenHashes(t, open(t)) })
	t.Run("an ended context ends the call", func(t *testing.T) { endedContext(t, open(t)) })
	t.Run("begin is called once, and decides whether anything is checked", func(t *testing.T) { beginDecides(t, open(t)) })
	t.Run("many callers at once get right answers", func(t *testing.T) { manyHash(t, open(t)) })
}

const rightPassword = "correct horse"

func hashesAreExact(t *testing.T, hasher ports.PasswordHasher) {
	long := strings.Repeat("é", domain.MaxPasswordLength-1)
	families := [][]string{
		{rightPassword, "Correct horse", "correct  horse", rightPassword + " ", " " + rightPassword, ""},
		{rightPassword, rightPassword + "\n", rightPassword + "\x00", "\n"},
		{long + "a", long + "b", long, long[:72], long[:71]},
		{"e\u0301", "é", "\xe9", "\ufffd", "e"},
		{"a", "a\x00a", "a\x00"},
	}
	for _, family := range families {
		for _, hashed := range family {
			hash := newHash(t, hasher, hashed)
			for _, tried := range family {
				wantVerdict(t, hasher, hash, tried, tried == hashed)
			}
		}
	}
}

func hashesAreSalted(t *testing.T, hasher ports.PasswordHasher) {
	form := regexp.MustCompile(`\A\$[a-z0-9-]{1,32}(\$[a-zA-Z0-9/+.,=-]+)+\z`)
	first, second := newHash(t, hasher, rightPassword), newHash(t, hasher, rightPassword)
	if first.Equal(second) {
		t.Error("two hashes of one password are equal: there is no salt in them")
	}
	if text := first.Reveal(); !form.MatchString(text) || len(text) > 255 || strings.Contains(text, rightPassword) {
		t.Errorf("the hash is %q, want PHC string form of at most 255 characters without the password", text)
	}
	_, outdated, err := hasher.Verify(t.Context(), first, domain.NewSecret(rightPassword), nil)
	if outdated || err != nil {
		t.Errorf("a new hash is outdated: %v (%v), want false", outdated, err)
	}
}

func brokenHashes(t *testing.T, hasher ports.PasswordHasher) {
	good := newHash(t, hasher, rightPassword).Reveal()
	broken := []string{"", rightPassword, "$", "$$$$$", good + "A", good + "\n", " " + good, good[1:], good[:len(good)-1],
		good + good, strings.ToUpper(good), strings.Replace(good, "$", "$x", 1), "$x$" + good, "\x00", "\xff", "*", "!"}
	for _, text := range broken {
		wantVerdict(t, hasher, domain.NewSecret(text), rightPassword, false)
		wantVerdict(t, hasher, domain.NewSecret(text), "", false)
	}
	wantVerdict(t, hasher, domain.Secret{}, rightPassword, false)
	wantVerdict(t, hasher, domain.Secret{}, "", false)
}

func endedContext(t *testing.T, hasher ports.PasswordHasher) {
	hash := newHash(t, hasher, rightPassword)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if made, err := hasher.Hash(ctx, domain.NewSecret(rightPassword)); !errors.Is(err, context.Canceled) || !made.Empty() {
		t.Errorf("Hash under an ended context returned the error %v, want context.Canceled and no hash", err)
	}
	if ok, _, err := hasher.Verify(ctx, hash, domain.NewSecret(rightPassword), nil); ok || !errors.Is(err, context.Canceled) {
		t.Errorf("Verify under an ended context returned %v, %v, want false and context.Canceled", ok, err)
	}
	wantVerdict(t, hasher, hash, rightPassword, true)
}

func beginDecides(t *testing.T, hasher ports.PasswordHasher) {
	hash, calls, refusal := newHash(t, hasher, rightPassword), 0, errors.New("refused")
	begin := func(answer error) func() error {
		return func() error {
			calls++
			return answer
		}
	}
	ok, _, err := hasher.Verify(t.Context(), hash, domain.NewSecret(rightPassword), begin(nil))
	if !ok || err != nil || calls != 1 {
		t.Errorf("Verify returned %v, %v and called begin %d times, want true and once", ok, err, calls)
	}
	ok, _, err = hasher.Verify(t.Context(), hash, domain.NewSecret(rightPassword), begin(refusal))
	if ok || !errors.Is(err, refusal) || calls != 2 {
		t.Errorf("Verify returned %v, %v and called begin %d times, want its error and once more", ok, err, calls)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := hasher.Verify(ended, hash, domain.NewSecret(rightPassword), begin(nil)); err == nil || calls != 2 {
		t.Errorf("under an ended context Verify returned %v and called begin %d times, want an error and no call", err, calls)
	}
	// A turn that came to nothing is given back.
	wantVerdict(t, hasher, hash, rightPassword, true)
}

func manyHash(t *testing.T, hasher ports.PasswordHasher) {
	hash := newHash(t, hasher, rightPassword)
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			tried := []string{rightPassword, "wrong horse"}[i%2]
			wantVerdict(t, hasher, hash, tried, tried == rightPassword)
			if made, err := hasher.Hash(t.Context(), domain.NewSecret(tried)); err != nil || made.Equal(hash) {
				t.Errorf("Hash beside others returned the error %v, want a hash of its own", err)
			}
		})
	}
	all.Wait()
}

func newHash(t *testing.T, hasher ports.PasswordHasher, password string) domain.Secret {
	t.Helper()
	hash, err := hasher.Hash(t.Context(), domain.NewSecret(password))
	if err != nil || hash.Empty() {
		t.Fatalf("Hash(%q) returned the error %v, want a hash", password, err)
	}
	return hash
}

func wantVerdict(t *testing.T, hasher ports.PasswordHasher, hash domain.Secret, password string, want bool) {
	t.Helper()
	ok, _, err := hasher.Verify(t.Context(), hash, domain.NewSecret(password), nil)
	if ok != want || err != nil {
		t.Errorf("Verify(%q, %q) returned %v, %v, want %v", hash.Reveal(), password, ok, err, want)
	}
}
