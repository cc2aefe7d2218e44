package gormstore

import (
	"context"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// AccountSharing implements ports.AccountSharing.
type AccountSharing struct{ Engine }

// NewAccountSharing returns the sharing of an engine, which may be none.
func NewAccountSharing(e Engine) AccountSharing { return AccountSharing{e} }

// Unshare implements ports.AccountSharing.
func (s AccountSharing) Unshare(ctx context.Context, usable ports.UsableHash) (int, error) {
	if s.Shared.Table == "" {
		return 0, domain.ErrUsersOwn
	}
	return s.Shared.Unshare(ctx, usable)
}
