package ports

import "context"

// AccountSharing ends the sharing of accounts with the platform.
type AccountSharing interface {
	// Unshare makes every account that is shared our own, as an import would, under its id, so that its sessions go on:
	// all of them in one atomic, durable step, or none. It returns how many there are. A hash that is not usable is left
	// out. domain.ErrUsersOwn if the accounts are our own already; an error that names accounts that cannot be.
	Unshare(ctx context.Context, usable UsableHash) (int, error)
}
