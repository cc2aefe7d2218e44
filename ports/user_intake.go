package ports

import (
	"context"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// UserIntake keeps accounts that come from the original, each with the fingerprint of its row there. It shares its
// storage with a UserRegister. domain.ErrUsersShared where the accounts are the platform's.
type UserIntake interface {
	// Known returns the fingerprints of those of the rows that were taken before, also where the account is gone.
	Known(ctx context.Context, ids []string) (map[string]domain.Fingerprint, error)

	// Holders returns, by folded address, the ids of the users who have one of the addresses in any letter case.
	Holders(ctx context.Context, emails []string) (map[string]string, error)

	// Add stores all of the new accounts or none. domain.ErrEmailTaken if one has an address that is held.
	Add(ctx context.Context, users []domain.ImportedUser) error

	// Update applies c to an account, keeps its fingerprint, and where c.EndsSessions says so ends every session of the
	// user, in one atomic, durable step, and returns how many were live. Untracked tokens end as they do with
	// UserRegister.Change. domain.ErrUserUnknown if the account is gone, domain.ErrEmailTaken if the address is held.
	Update(ctx context.Context, id string, c domain.ImportChange) (int, error)

	// List returns up to limit ids of rows that were taken, which follow after, in the order of their bytes.
	List(ctx context.Context, after string, limit int) ([]string, error)
}
