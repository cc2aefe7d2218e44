package ports

import "context"

// Turn is the one turn at looking after a storage. It saves several processes from doing the same work at the same time,
// and is no lock to rely on: it ends when the storage loses sight of its holder.
type Turn interface {
	// Take calls do and returns true and do's error once do has returned. While another call is at it, on the same storage
	// and in whatever process, it returns false at once, and do is not called. An engine for one process asks that
	// process alone. domain.ErrUnavailable if the storage cannot be reached; then too do is not called.
	Take(ctx context.Context, do func(context.Context) error) (taken bool, err error)
}
