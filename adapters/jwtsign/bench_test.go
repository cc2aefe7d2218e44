package jwtsign_test

import "testing"

func BenchmarkSign(b *testing.B) {
	signer := newSigner()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := signer.Sign(trackedClaims()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	signer := newSigner()
	token, err := signer.Sign(trackedClaims())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := signer.Read(token); err != nil {
			b.Fatal(err)
		}
	}
}
