package contract

import (
	"crypto/rand"
	"strings"
	"sync"
	"testing"

	"github.com/vidaplus/vidaplus-auth/ports"
)

// CommonPasswords checks the promises of ports.CommonPasswords but one: how many it knows cannot be asked, and is for
// the adapter's own test. open may return the same value every time.
func CommonPasswords(t *testing.T, open func(*testing.T) ports.CommonPasswords) {
	t.Run("it has the commonest, in any letter case", func(t *testing.T) { commonestAreKnown(t, open(t)) })
	t.Run("it has whole passwords only", func(t *testing.T) { onlyWholePasswords(t, open(t)) })
	t.Run("it leaves the uncommon alone", func(t *testing.T) { uncommonAreFree(t, open(t)) })
	t.Run("many callers at once get right answers", func(t *testing.T) {
		list := open(t)
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() { commonestAreKnown(t, list) })
		}
		all.Wait()
	})
}

// commonest stand near the top of every count that was ever published.
var commonest = []string{
	"password", "12345678", "123456789", "1234567890", "qwertyuiop", "iloveyou", "sunshine", "princess", "football",
	"baseball", "superman", "trustno1", "password1", "11111111", "1q2w3e4r",
}

func commonestAreKnown(t *testing.T, list ports.CommonPasswords) {
	t.Helper()
	for _, password := range commonest {
		titled := strings.ToUpper(password[:1]) + password[1:]
		odd := password[:4] + strings.ToUpper(password[4:])
		for _, spelled := range []string{password, strings.ToUpper(password), titled, odd} {
			if !list.Has(spelled) {
				t.Errorf("Has(%q) is false, want true", spelled)
			}
		}
	}
}

func onlyWholePasswords(t *testing.T, list ports.CommonPasswords) {
	t.Helper()
	for i, password := range commonest {
		next := commonest[(i+1)%len(commonest)]
		for _, longer := range []string{
			password + " ", " " + password, password + "\n", "\n" + password, "\n" + password + "\n", password + "\r",
			password + "\x00", "\x00" + password, password + "\n" + next, password + "," + next, password + "\xff",
		} {
			if list.Has(longer) {
				t.Errorf("Has(%q) is true, want false: it is longer than %q", longer, password)
			}
		}
	}
}

func uncommonAreFree(t *testing.T, list ports.CommonPasswords) {
	t.Helper()
	for _, password := range []string{
		"", " ", "\n", "\n\n", "\r\n", "\x00", ".*", "%", "*", "\xff", "correct horse battery", "ﬁve horses ße", rand.Text(),
		strings.ToLower(rand.Text()), strings.Repeat("sunshine", 32),
	} {
		if list.Has(password) {
			t.Errorf("Has(%q) is true, want false", password)
		}
	}
}
