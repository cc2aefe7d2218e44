package domain_test

import (
	"strings"
	"testing"

	"github.com/vidaplus/vidaplus-auth/domain"
)

const bits = "AZaz09-_AAAAAAAAAAAAAA"

func TestTokenID_TellsTheGenerationItWasMadeWith(t *testing.T) {
	for _, n := range []int64{0, 1, 9, 10, 127, 1 << 31, 1 << 53, 1<<62 - 1} {
		id := domain.NewTokenID(n, bits)
		if got := id.Generation(); got != n || !id.Valid() {
			t.Errorf("%s has generation %d, want %d", id, got, n)
		}
	}
}

func TestTokenID_AnyOtherFormHasNoGeneration(t *testing.T) {
	for _, id := range []string{
		"", ".", "1", "1.", "." + bits, bits, "1" + bits, "1." + bits[1:], "1." + bits + "A", "01." + bits, "+1." + bits,
		"-1." + bits, " 1." + bits, "1 ." + bits, "1. " + bits[1:], "1.0." + bits, "0x1." + bits, "1_0." + bits, "１." + bits,
		"1." + strings.Replace(bits, "A", ".", 1), "1." + strings.Replace(bits, "A", "=", 1), "1." + strings.Replace(bits, "A", "+", 1),
		"1." + strings.Replace(bits, "A", "\x00", 1), "1." + bits[:20] + "é", "4611686018427387904." + bits,
		"18446744073709551617." + bits, "1." + bits + "\n",
	} {
		if got := domain.TokenID(id).Generation(); got != -1 || domain.TokenID(id).Valid() {
			t.Errorf("%q has generation %d and is valid: %v", id, got, domain.TokenID(id).Valid())
		}
	}
}
