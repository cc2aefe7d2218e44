package ports

import (
	"context"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// UserSource reads the accounts of an original VidaPlus. What it reads is untrusted: a row that cannot be read is marked
// as such and fails nothing. All of it is as of one moment.
type UserSource interface {
	// Count returns about how many accounts there are.
	Count(ctx context.Context) (int, error)

	// Page returns up to limit accounts whose ids follow after, in the order of their ids; "" is before the first.
	Page(ctx context.Context, after string, limit int) ([]domain.SourceUser, error)

	// Find returns those of the accounts that there are.
	Find(ctx context.Context, ids []string) ([]domain.SourceUser, error)
}
