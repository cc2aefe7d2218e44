package domain_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/vidaplus/vidaplus-auth/domain"
)

func TestCheckEmail_AsksForTwoSidesOfAnAtAndNoSpace(t *testing.T) {
	for _, good := range []string{"a@b", "maria@example.com", "josé@exámple.com", `"a@b"@c`, strings.Repeat("é", 253) + "@b"} {
		if err := domain.CheckEmail(good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for _, bad := range []string{
		"", "@", "a@", "@b", "ab", "a b@c", "a@b ", "a@b\u00a0", "a@b\n", "a\x00@b", "a@b\xff", "a\u0085@b", strings.Repeat("é", 254) + "@b",
	} {
		if err := domain.CheckEmail(bad); !errors.Is(err, domain.ErrEmailInvalid) {
			t.Errorf("%q: %v, want %v", bad, err, domain.ErrEmailInvalid)
		}
	}
}

func TestPickByEmail_TakesTheExactSpellingElseTheOnlyVariant(t *testing.T) {
	lower, upper := domain.User{ID: "1", Email: "a@b"}, domain.User{ID: "2", Email: "A@b"}
	for name, c := range map[string]struct {
		candidates []domain.User
		email      string
		want       string
	}{
		"nobody":                      {nil, "a@b", ""},
		"the exact one":               {[]domain.User{upper}, "A@b", "2"},
		"the exact one of two":        {[]domain.User{upper, lower}, "a@b", "1"},
		"the only variant":            {[]domain.User{upper}, "a@b", "2"},
		"two variants, neither exact": {[]domain.User{upper, lower}, "a@B", ""},
	} {
		got, err := domain.PickByEmail(c.candidates, c.email)
		if got.ID != c.want || (c.want == "") != errors.Is(err, domain.ErrUserUnknown) {
			t.Errorf("%s: picked was %q (%v), want %q", name, got.ID, err, c.want)
		}
	}
}

func TestFoldEmail_MakesLetterCaseAloneEqual(t *testing.T) {
	if domain.FoldEmail("MARIA@Exámple.com") != domain.FoldEmail("maria@EXÁMPLE.com") {
		t.Error("two spellings that differ in letter case alone are not equal")
	}
	if domain.FoldEmail("maria@example.com ") == domain.FoldEmail("maria@example.com") {
		t.Error("a trailing space does not count")
	}
}

func TestEndsSessions_ForANewPasswordAndADisablingOnly(t *testing.T) {
	email, hash, on, off := "a@b", domain.NewSecret("h"), true, false
	for want, changes := range map[domain.Reason][]domain.UserChange{
		"":                           {{}, {Email: &email}, {Enabled: &on}},
		domain.ReasonPasswordChanged: {{PasswordHash: &hash}, {PasswordHash: &hash, Enabled: &on, Email: &email}},
		domain.ReasonUserDisabled:    {{Enabled: &off}, {Enabled: &off, Email: &email}},
	} {
		for _, c := range changes {
			if got := c.EndsSessions(); got != want {
				t.Errorf("%+v ends sessions for %q, want %q", c, got, want)
			}
		}
	}
}

func TestCleanText_RefusesWhatWouldFailInAStore(t *testing.T) {
	for _, good := range []string{"", "a", "éééé", "日本", "a b", "a\u2028b"} {
		if !domain.CleanText(good, 4) {
			t.Errorf("%q is refused", good)
		}
	}
	for _, bad := range []string{"abcde", "ééééé", "a\x00", "a\nb", "a\tb", "\x7f", "\u0085", "\xff", "\xc3", "\xed\xa0\x80"} {
		if domain.CleanText(bad, 4) {
			t.Errorf("%q is taken", bad)
		}
	}
}

func TestCleanedText_LeavesOutWhatCleanTextObjectsTo(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "abcd": "abcd", "abcdef": "abcd", "ééééé": "éééé", "a\x00b\nc\x7fd\u0085e": "abcd", "\xffa\xc3": "a",
		"\x00\x00\x00\x00\x00ab": "ab", "a\xed\xa0\x80b": "ab",
	} {
		got := domain.CleanedText(text, 4)
		if got != want || !domain.CleanText(got, 4) {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func TestNewClient_BoundsBothTexts(t *testing.T) {
	c := domain.NewClient(strings.Repeat("1", 100)+"\x00", "\xff\n"+strings.Repeat("é", 300))
	if c.Address != strings.Repeat("1", 64) || c.UserAgent != strings.Repeat("é", 256) {
		t.Errorf("the client is %+v", c)
	}
}
