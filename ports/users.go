package ports

import (
	"context"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// UserStore finds users for log-ins and for those who are logged in.
type UserStore interface {
	// FindByEmail returns the user whose address is spelled as email, else the only one whose address differs from
	// it in letter case alone. domain.ErrUserUnknown if there is none, or there are several. A look-up that finds
	// nobody takes as many round trips as one that finds somebody.
	FindByEmail(ctx context.Context, email string) (domain.User, error)

	// Find returns the user with this id. domain.ErrUserUnknown if there is none.
	Find(ctx context.Context, userID string) (domain.User, error)

	// Rehash replaces the user's password hash `old` by one of the same password in a newer form. It ends no session,
	// and reports false, changing nothing, if the user is gone or has another hash by now.
	Rehash(ctx context.Context, userID string, old, hash domain.Secret) (bool, error)
}
