package jwtsign_test

import (
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/jwtsign"
	"github.com/vidaplus/vidaplus-auth/domain"
)

func BenchmarkSign(b *testing.B) {
	eachAlgorithm(b, func(b *testing.B, signer *jwtsign.Signer) {
		for b.Loop() {
			if _, err := signer.Sign(trackedClaims()); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	eachAlgorithm(b, func(b *testing.B, signer *jwtsign.Signer) {
		token := signedBy(b, signer)
		for b.Loop() {
			if _, err := signer.Read(token); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkReadUnknownKey is what a flood of tokens that name unknown keys costs: the folder is read once.
func BenchmarkReadUnknownKey(b *testing.B) {
	r := newRing(b, domain.EdDSA)
	signer, token := r.opened(), foreign(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := signer.Read(token); err == nil {
			b.Fatal("a stranger's token was read")
		}
	}
}

// eachAlgorithm hands run a signer of each algorithm, with keys as new ones are made, in the middle of a key roll.
func eachAlgorithm(b *testing.B, run func(*testing.B, *jwtsign.Signer)) {
	for _, algorithm := range append(pairAlgorithms, domain.HS256) {
		r := emptyRing(b, algorithm)
		r.settings.Secret = domain.NewSecret(secret)
		if algorithm != domain.HS256 {
			r.add(algorithm, noon.Add(-time.Hour))
			r.add(algorithm, noon.Add(-time.Minute))
			r.add(algorithm, noon.Add(time.Minute))
		}
		b.Run(algorithm, func(b *testing.B) {
			b.ReportAllocs()
			run(b, r.opened())
		})
	}
}
