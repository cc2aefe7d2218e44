package argon2

import (
	"reflect"
	"strings"
	"testing"

	"golang.org/x/crypto/argon2"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
	"github.com/vidaplus/vidaplus-auth/test/contract"
)

var (
	cheap    = Params{Memory: 32, Time: 1, Threads: 2}
	standard = Params{Memory: 65536, Time: 3, Threads: 4}
)

func TestPasswordHasher_KeepsTheContract(t *testing.T) {
	contract.PasswordHasher(t, func(*testing.T) ports.PasswordHasher { return NewPasswordHasher(cheap, 2, 100) })
}

func TestHash_CostsWhatIsConfigured(t *testing.T) {
	hasher := NewPasswordHasher(standard, 1, 0)
	made, err := hasher.Hash(t.Context(), domain.NewSecret("correct horse"))
	if err != nil || !strings.HasPrefix(made.Reveal(), "$argon2id$v=19$m=65536,t=3,p=4$") || len(made.Reveal()) != 97 {
		t.Fatalf("the hash is %q (%v), want the default's PHC form with 16 bytes of salt and 32 of key", made.Reveal(), err)
	}
	if got := verdict(t, hasher, made.Reveal(), "correct horse"); got != "ok" {
		t.Errorf("the hash of the password is %s, want ok", got)
	}
}

func TestVerify_TakesHashesOfOtherImplementations(t *testing.T) {
	hasher := NewPasswordHasher(standard, 1, 0)
	for _, k := range knownHashes {
		if got := verdict(t, hasher, k.hash, k.password); got != k.verdict {
			t.Errorf("%s with its own password %.20q is %s, want %s", k.hash, k.password, got, k.verdict)
		}
		if k.cheap {
			if got := verdict(t, hasher, k.hash, k.password+"x"); got != "refused" {
				t.Errorf("%s with another password is %s, want refused", k.hash, got)
			}
		}
	}
}

func TestVerify_CallsAHashOutdatedThatANewOneWouldDifferFrom(t *testing.T) {
	with := func(p Params, salt, key int) string {
		h := hash{params: p, salt: random(salt)}
		h.key = argon2.IDKey([]byte("pw"), h.salt, p.Time, p.Memory, p.Threads, uint32(key))
		return h.String()
	}
	for want, texts := range map[string][]string{
		"ok": {with(cheap, 16, 32)},
		"outdated": {
			with(Params{33, 1, 2}, 16, 32), with(Params{31, 1, 2}, 16, 32), with(Params{32, 2, 2}, 16, 32),
			with(Params{32, 1, 1}, 16, 32), with(Params{32, 1, 3}, 16, 32), with(cheap, 15, 32), with(cheap, 17, 32),
			with(cheap, 16, 31), with(cheap, 16, 33), with(cheap, 8, 16), with(cheap, 64, 64),
		},
		"refused": {with(cheap, 7, 32), with(cheap, 65, 32), with(cheap, 16, 15), with(cheap, 16, 65)},
	} {
		for _, text := range texts {
			if got := verdict(t, NewPasswordHasher(cheap, 1, 0), text, "pw"); got != want {
				t.Errorf("%s is %s, want %s", text, got, want)
			}
		}
	}
}

func TestVerify_RefusesAPasswordThatBcryptCannotTellFromOthers(t *testing.T) {
	hasher := NewPasswordHasher(cheap, 1, 0)
	of72, of1 := bcryptOf72x, bcryptOf("a")
	for _, try := range []struct{ hash, password, want string }{
		{of72, strings.Repeat("x", 72), "outdated"},
		{of72, strings.Repeat("x", 73), "refused"},
		{of72, strings.Repeat("x", 71), "refused"},
		{of72, strings.Repeat("x", 72) + "anything", "refused"},
		{of1, "a", "outdated"},
		{of1, "a\x00a", "refused"},
		{of1, "a\x00", "refused"},
	} {
		if got := verdict(t, hasher, try.hash, try.password); got != try.want {
			t.Errorf("%s with %q is %s, want %s", try.hash, try.password, got, try.want)
		}
	}
}

// cost is everything that decides how long a key takes to derive.
type cost struct {
	password, time, memory, threads int
	salt, key                       int
}

func TestVerify_SpendsOnAnyBrokenHashWhatAWrongPasswordCosts(t *testing.T) {
	var spent []cost
	hasher := NewPasswordHasher(cheap, 1, 0)
	own, _ := hasher.Hash(t.Context(), domain.NewSecret("correct horse"))
	hasher.derive = func(password, salt []byte, time, memory uint32, threads uint8, key uint32) []byte {
		spent = append(spent, cost{len(password), int(time), int(memory), int(threads), len(salt), int(key)})
		return make([]byte, key)
	}
	hasher.bcrypt = func(text, _ string) bool { t.Errorf("bcrypt is asked about %q", text); return false }
	want := []cost{{11, 1, 32, 2, 16, 32}}
	for _, text := range append(brokenHashes(), own.Reveal()) {
		spent = nil
		if got := verdict(t, hasher, text, "wrong horse"); got != "refused" || !reflect.DeepEqual(spent, want) {
			t.Errorf("%q is %s at the cost of %v, want refused at %v", text, got, spent, want)
		}
	}
}

func TestVerify_LetsNobodyInAsTheStandIn(t *testing.T) {
	hasher := NewPasswordHasher(cheap, 1, 0)
	hasher.derive = func(_, _ []byte, _, _ uint32, _ uint8, _ uint32) []byte { return hasher.standIn.key }
	if got := verdict(t, hasher, "", "whatever"); got != "refused" {
		t.Errorf("a password whose key is the stand-in's is %s, want refused", got)
	}
}

func TestNewPasswordHasher_HashesNothing(t *testing.T) {
	huge := Params{Memory: maxMemory, Time: maxTime, Threads: maxThreads}
	if used := testing.AllocsPerRun(1, func() { NewPasswordHasher(huge, 1, 1) }); used > 10 {
		t.Errorf("making a hasher takes %v allocations, want a few small ones", used)
	}
	first, second := NewPasswordHasher(cheap, 1, 0), NewPasswordHasher(cheap, 1, 0)
	if string(first.standIn.key) == string(second.standIn.key) || string(first.standIn.salt) == string(second.standIn.salt) {
		t.Error("two hashers have the same stand-in, want random ones")
	}
}

// verdict puts what Verify returned into a word: ok, outdated (and ok) or refused.
func verdict(t *testing.T, hasher *PasswordHasher, text, password string) string {
	t.Helper()
	ok, outdated, err := hasher.Verify(t.Context(), domain.NewSecret(text), domain.NewSecret(password), nil)
	switch {
	case err != nil:
		return err.Error()
	case ok && outdated:
		return "outdated"
	case ok:
		return "ok"
	case outdated:
		return "refused and outdated"
	default:
		return "refused"
	}
}
