package zxcvbn_test

import (
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/vidaplus/vidaplus-auth/adapters/zxcvbn"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
	"github.com/vidaplus/vidaplus-auth/test/contract"
)

func TestCommonPasswords_KeepTheContract(t *testing.T) {
	contract.CommonPasswords(t, func(*testing.T) ports.CommonPasswords { return zxcvbn.CommonPasswords{} })
}

// lines returns the list as it lies beside the code.
func lines(tb testing.TB) []string {
	tb.Helper()
	text, err := os.ReadFile("passwords.txt")
	if err != nil {
		tb.Fatal(err)
	}
	whole, ended := strings.CutSuffix(string(text), "\n")
	if !ended {
		tb.Fatal("the last line has no end, so it would never be found")
	}
	return strings.Split(whole, "\n")
}

func TestCommonPasswords_AreAtLeast3000ThatTheLengthRuleLetsThrough(t *testing.T) {
	known := make(map[string]bool)
	for _, line := range lines(t) {
		if n := utf8.RuneCountInString(line); n >= domain.MinPasswordLength && n <= domain.MaxPasswordLength {
			known[line] = true
		}
	}
	if len(known) < 3000 {
		t.Errorf("%d passwords are known, want 3000 at least", len(known))
	}
}

func TestCommonPasswords_EveryLineIsFoundInAnyCase(t *testing.T) {
	list := zxcvbn.CommonPasswords{}
	for i, line := range lines(t) {
		if line == "" || strings.TrimSpace(line) != line || strings.ToLower(line) != line {
			t.Errorf("line %d is %q, want a password in lower case", i+1, line)
		}
		if !list.Has(line) || !list.Has(strings.ToUpper(line)) {
			t.Errorf("line %d, %q, is not found", i+1, line)
		}
	}
}

func TestCommonPasswords_NeighboursInTheListAreNotOnePassword(t *testing.T) {
	all := lines(t)
	for i := range len(all) - 1 {
		if both := all[i] + "\n" + all[i+1]; (zxcvbn.CommonPasswords{}).Has(both) {
			t.Fatalf("%q is taken for a common password", both)
		}
	}
}

func BenchmarkHas(b *testing.B) {
	list := zxcvbn.CommonPasswords{}
	all := lines(b)
	for name, password := range map[string]string{"last": all[len(all)-1], "absent": "correct horse battery"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				list.Has(password)
			}
		})
	}
}
