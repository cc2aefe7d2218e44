package argon2

import (
	"testing"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// The two take the same time: whoever sends a password cannot tell by it whether the user exists.

func BenchmarkVerify_WrongPassword(b *testing.B) {
	hasher := NewPasswordHasher(standard, 1, 0)
	stored, err := hasher.Hash(b.Context(), domain.NewSecret("correct horse"))
	if err != nil {
		b.Fatal(err)
	}
	benchmarkVerify(b, hasher, stored)
}

func BenchmarkVerify_UnknownUser(b *testing.B) {
	benchmarkVerify(b, NewPasswordHasher(standard, 1, 0), domain.Secret{})
}

func benchmarkVerify(b *testing.B, hasher *PasswordHasher, stored domain.Secret) {
	for b.Loop() {
		if ok, _, err := hasher.Verify(b.Context(), stored, domain.NewSecret("wrong horse"), nil); ok || err != nil {
			b.Fatalf("Verify returned %v, %v", ok, err)
		}
	}
}
