package application

import (
	"fmt"

	"github.com/vidaplus/vidaplus-auth/ports"
)

// PublishKeys tells resource servers the keys that they verify tokens with.
type PublishKeys struct {
	ring  ports.KeyRing
	clock ports.Clock
}

// NewPublishKeys returns the use case.
func NewPublishKeys(ring ports.KeyRing, clock ports.Clock) *PublishKeys {
	return &PublishKeys{ring: ring, clock: clock}
}

// Do returns the public keys that verify now as a JWK Set (RFC 7517). Keys that begin to sign later are among them.
func (p *PublishKeys) Do() ([]byte, error) {
	set, err := p.ring.Publish(p.clock())
	if err != nil {
		return nil, fmt.Errorf("publish the keys: %w", err)
	}
	return set, nil
}
