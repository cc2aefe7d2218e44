package ports

import (
	"context"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// PasswordHasher makes and checks password hashes. Hashing costs a core and much memory by design, so both methods
// wait for their turn: domain.ErrBusy if too many wait already, the context's error if it ends meanwhile.
type PasswordHasher interface {
	// Hash returns a new salted hash of the password, exactly as received, in PHC string form.
	Hash(ctx context.Context, password domain.Secret) (domain.Secret, error)

	// Verify reports whether the password, exactly as received, belongs to the hash, and whether the hash has
	// another form or other parameters than a new one would have. A hash that is empty, malformed, of an unknown
	// kind or of unreasonable cost belongs to no password, and takes as long to refuse as a new hash takes
	// to check: use the zero Secret for a user who does not exist.
	//
	// begin, unless it is nil, is called once the caller's turn has come. What it fails with is returned, and nothing is
	// checked: so no more is begun than can be checked at once, however many wait.
	Verify(ctx context.Context, hash, password domain.Secret, begin func() error) (ok, outdated bool, err error)
}
