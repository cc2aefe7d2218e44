package domain_test

import (
	"testing"

	"github.com/vidaplus/vidaplus-auth/domain"
)

func TestSurrogatesPaired_FindsEveryLoneHalf(t *testing.T) {
	for text, want := range map[string]bool{
		``: true, `"plain"`: true, `"\ud83d\ude00"`: true, `"\uD83D\uDE00\n\uFFFD"`: true, `"\\ud800"`: true, `"\\\\ud83d"`: true,
		`"\ud800"`: false, `"\udc00"`: false, `"\ude00\ud83d"`: false, `"\ud83d\\ude00"`: false, `"\ud83d\n"`: false,
		`"\ud83dx\ude00"`: false, `"\ud83d\ud83d\ude00"`: false, `"\\\ud83d"`: false,
	} {
		if got := domain.SurrogatesPaired([]byte(text)); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}
