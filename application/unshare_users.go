package application

import (
	"context"
	"fmt"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// UnshareUsers makes accounts that are shared with the platform our own.
type UnshareUsers struct {
	sharing ports.AccountSharing
	usable  ports.UsableHash
	clock   ports.Clock
	audit   ports.AuditLog
}

// NewUnshareUsers returns the use case.
func NewUnshareUsers(sharing ports.AccountSharing, usable ports.UsableHash, clock ports.Clock, audit ports.AuditLog) *UnshareUsers {
	return &UnshareUsers{sharing: sharing, usable: usable, clock: clock, audit: audit}
}

// Do returns how many accounts there are. domain.ErrUsersOwn if they are our own already.
func (u *UnshareUsers) Do(ctx context.Context) (int, error) {
	n, err := u.sharing.Unshare(ctx, u.usable)
	if err != nil {
		return 0, fmt.Errorf("unshare users: %w", err)
	}
	u.audit.Record(ctx, domain.Event{Kind: domain.EventUsersImported, At: u.clock(), Count: n})
	return n, nil
}
