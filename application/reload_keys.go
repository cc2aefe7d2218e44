package application

import (
	"fmt"

	"github.com/vidaplus/vidaplus-auth/ports"
)

// ReloadKeys takes up keys that were added and lets go of those that were removed.
type ReloadKeys struct{ ring ports.KeyRing }

// NewReloadKeys returns the use case.
func NewReloadKeys(ring ports.KeyRing) *ReloadKeys { return &ReloadKeys{ring: ring} }

// Do reads the keys again and reports whether they have changed since it was last called. After an error the keys are
// those that were read last.
func (r *ReloadKeys) Do() (changed bool, err error) {
	changed, err = r.ring.Reload()
	if err != nil {
		return changed, fmt.Errorf("read the signing keys again: %w", err)
	}
	return changed, nil
}
