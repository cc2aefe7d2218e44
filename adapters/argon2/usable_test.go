package argon2

import (
	"testing"

	"github.com/vidaplus/vidaplus-auth/domain"
)

func TestUsable_TakesWhatOthersHashedAndNothingThatIsBroken(t *testing.T) {
	for _, known := range knownHashes {
		if !Usable(domain.NewSecret(known.hash)) {
			t.Errorf("%s is not usable, want it taken", known.hash)
		}
	}
	for _, text := range brokenHashes() {
		if Usable(domain.NewSecret(text)) {
			t.Errorf("%.60q is usable, want it refused", text)
		}
	}
}
