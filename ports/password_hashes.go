package ports

import "github.com/vidaplus/vidaplus-auth/domain"

// UsableHash reports whether a stored hash can belong to a password at all: PasswordHasher.Verify refuses every password
// for those that cannot.
type UsableHash func(hash domain.Secret) bool
