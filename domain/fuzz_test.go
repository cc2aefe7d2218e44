package domain_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// FuzzTokenID tells a generation from nothing but what NewTokenID wrote.
func FuzzTokenID(f *testing.F) {
	for _, seed := range []string{"1." + bits, "01." + bits, "-1." + bits, "4611686018427387904." + bits, "1.", "", "1." + bits + ".", "９." + bits} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		id := domain.TokenID(text)
		n := id.Generation()
		if id.Valid() != (n >= 0) {
			t.Errorf("%q is valid: %t, with generation %d", text, id.Valid(), n)
		}
		if _, random, _ := strings.Cut(text, "."); n >= 0 && (domain.NewTokenID(n, random) != id || !domain.WellFormed(text) || len(random) != len(bits)) {
			t.Errorf("%q has generation %d, and another spelling", text, n)
		}
	})
}

// FuzzSurrogatesPaired holds the search against a reader that puts U+FFFD in place of each lone half.
func FuzzSurrogatesPaired(f *testing.F) {
	for _, seed := range []string{`\ud83d\ude00`, `\\ud800`, `\ud800`, `\ude00\ud83d`, `\ud83d\n`, `\uD83Dx\uDE00`, `\ufffd`, `\u0041\`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, inside string) {
		text := `"` + inside + `"`
		var read string
		if !utf8.ValidString(text) || json.Unmarshal([]byte(text), &read) != nil {
			return
		}
		written := strings.Count(inside, "\ufffd") + strings.Count(strings.ReplaceAll(strings.ToLower(inside), `\\`, "  "), `\ufffd`)
		if got := domain.SurrogatesPaired([]byte(text)); got != (strings.Count(read, "\ufffd") == written) {
			t.Errorf("%s, read as %q: paired is %t", text, read, got)
		}
	})
}

// FuzzText makes any text fit for a store, and leaves one alone that is.
func FuzzText(f *testing.F) {
	for _, seed := range []string{"", "curl/8", "a\x00b\xff", "\u009b2J\u2028", "😀\x7f", "maria@email.com", "@", "a@b c"} {
		f.Add(seed, 5)
	}
	f.Fuzz(func(t *testing.T, text string, limit int) {
		limit &= 0xfff
		got := domain.CleanedText(text, limit)
		if !domain.CleanText(got, limit) || domain.CleanText(text, limit) && got != text {
			t.Errorf("%q, cleaned to %d characters, is %q", text, limit, got)
		}
		if domain.CheckEmail(text) == nil && (!domain.CleanText(text, domain.MaxEmailLength) || !strings.Contains(text, "@")) {
			t.Errorf("%q is taken for an address", text)
		}
		if begins := domain.KeyFileBegins(text); !begins.IsZero() && !strings.HasPrefix(text, begins.Format("20060102T150405Z")+"_") {
			t.Errorf("the key in %q begins at %v", text, begins)
		}
		if begins := domain.KeyFileBegins(text); begins.Location() != time.UTC {
			t.Errorf("the key in %q begins at %v, want UTC", text, begins)
		}
	})
}

// FuzzAttempt names what is tried: whatever was typed is not in the name, which fits every store.
func FuzzAttempt(f *testing.F) {
	for _, seed := range [][2]string{
		{"maria@email.com", "192.0.2.7"}, {"", "::ffff:192.0.2.7"}, {"MARIA@EMAIL.COM", "fe80::1%eth0"}, {"\xff", "2001:db8::1/64"}, {"a", ""},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, email, address string) {
		client := domain.NewClient(address, "")
		a := domain.NewAttempt("", email, client)
		if len(a.Account) != 32 || strings.Trim(a.Account, "0123456789abcdef") != "" || email != "" && a.Account == domain.AccountDigest(email, "") {
			t.Errorf("%q is the account %q", email, a.Account)
		}
		if a.Account != domain.AccountDigest("", domain.FoldEmail(email)) {
			t.Errorf("%q has another name in another letter case", email)
		}
		if a.Network == "" || !domain.CleanText(a.Network, domain.MaxAddressLength+len("::/64")) {
			t.Errorf("%q is in the network %q", address, a.Network)
		}
		if again := domain.NewAttempt("", email, client); again != a {
			t.Errorf("%q from %q is %v and then %v", email, address, a, again)
		}
	})
}
