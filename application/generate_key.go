package application

import (
	"fmt"
	"slices"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// GenerateKey makes a signing key for an algorithm with public keys. To keep it is for the caller.
type GenerateKey struct {
	maker ports.KeyMaker
	clock ports.Clock
}

// NewGenerateKey returns the use case.
func NewGenerateKey(maker ports.KeyMaker, clock ports.Clock) *GenerateKey {
	return &GenerateKey{maker: maker, clock: clock}
}

// Do returns a new key that begins now, or domain.KeyLead from now if the folder, unless it is "", has a key already.
// With ifAbsent it makes none, and reports so, if the folder has a key of this algorithm.
func (g *GenerateKey) Do(algorithm, folder string, ifAbsent bool) (key domain.MadeKey, made bool, err error) {
	var kept []domain.Key
	if folder != "" {
		if kept, err = g.maker.Kept(folder); err != nil {
			return domain.MadeKey{}, false, fmt.Errorf("look at the signing keys: %w", err)
		}
	}
	if ifAbsent && slices.ContainsFunc(kept, func(k domain.Key) bool { return k.Algorithm == algorithm }) {
		return domain.MadeKey{}, false, nil
	}
	if key, err = g.maker.Make(algorithm); err != nil {
		return domain.MadeKey{}, false, fmt.Errorf("make a signing key: %w", err)
	}
	key.Begins = domain.NewKeyBegins(kept, g.clock())
	return key, true, nil
}
