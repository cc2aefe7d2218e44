package ports

import (
	"context"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// AuditLog records security events. Recording never fails and never holds up what is recorded: an adapter that loses
// an event says so in its own way.
type AuditLog interface {
	Record(ctx context.Context, e domain.Event)
}
