package application

import (
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// ListKeys lists the keys that tokens are signed and read with.
type ListKeys struct {
	ring  ports.KeyRing
	clock ports.Clock
}

// NewListKeys returns the use case.
func NewListKeys(ring ports.KeyRing, clock ports.Clock) *ListKeys {
	return &ListKeys{ring: ring, clock: clock}
}

// Do returns every key with what it does now.
func (l *ListKeys) Do() []domain.KeyState { return l.ring.List(l.clock()) }
