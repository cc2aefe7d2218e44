package domain_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/vidaplus/vidaplus-auth/domain"
)

var rules = domain.PasswordRules{Common: func(password string) bool { return password == "sunshine" }}

func TestPasswordRules_CountCharactersAndLeaveThemFree(t *testing.T) {
	for _, good := range []string{
		"12345678", "ééééé éé", "        ", "pass\x00word\n", strings.Repeat("é", 256), "nosunshine", " sunshine", "maria@example",
		"maria@example.com ", "jose@example.com",
	} {
		if err := rules.Check(domain.NewSecret(good), "maria@example.com"); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
}

func TestPasswordRules_SayWhichRuleAPasswordBreaks(t *testing.T) {
	for bad, want := range map[string]error{
		"":                       domain.ErrPasswordLength,
		"1234567":                domain.ErrPasswordLength,
		"ééééééé":                domain.ErrPasswordLength,
		strings.Repeat("a", 257): domain.ErrPasswordLength,
		strings.Repeat("é", 257): domain.ErrPasswordLength,
		"12345678\xff":           domain.ErrPasswordLength,
		"maria@exámple.com":      domain.ErrPasswordEmail,
		"MARIA@EXÁMPLE.COM":      domain.ErrPasswordEmail,
		"Maria@Exámple.com":      domain.ErrPasswordEmail,
		"sunshine":               domain.ErrPasswordCommon,
	} {
		if err := rules.Check(domain.NewSecret(bad), "Maria@exámple.com"); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", bad, err, want)
		}
	}
}

func TestPasswordRules_ShowTheListAPasswordOfTheRightLengthOnlyAndUnchanged(t *testing.T) {
	var shown []string
	r := domain.PasswordRules{Common: func(password string) bool {
		shown = append(shown, password)
		return false
	}}
	for _, password := range []string{"short", strings.Repeat("a", 257), "12345678\xff", " Sunshine\n"} {
		_ = r.Check(domain.NewSecret(password), "maria@example.com")
	}
	if want := []string{" Sunshine\n"}; !slices.Equal(shown, want) {
		t.Errorf("the list was shown %q, want %q", shown, want)
	}
}

func TestPasswordRules_AShortAddressIsRefusedForItsLength(t *testing.T) {
	if err := rules.Check(domain.NewSecret("a@b"), "a@b"); !errors.Is(err, domain.ErrPasswordLength) {
		t.Errorf("the answer is %v, want %v", err, domain.ErrPasswordLength)
	}
}
