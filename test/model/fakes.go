package model

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"strings"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// clock stands still until it is turned.
type clock struct{ now time.Time }

func (c *clock) read() time.Time { return c.now }

// passwords hashes at no cost.
type passwords struct{}

const hashForm = "$model$"

func (passwords) Hash(_ context.Context, password domain.Secret) (domain.Secret, error) {
	return domain.NewSecret(hashForm + random() + "$" + password.Reveal()), nil
}

func (passwords) Verify(_ context.Context, hash, password domain.Secret, begin func() error) (ok, outdated bool, err error) {
	if begin != nil {
		if err := begin(); err != nil {
			return false, false, err
		}
	}
	salted, hashed := strings.CutPrefix(hash.Reveal(), hashForm)
	_, of, _ := strings.Cut(salted, "$")
	return hashed && of == password.Reveal(), false, nil
}

// ids are random: the model never looks at their order.
type ids struct{}

func (ids) New() string { return strings.NewReplacer("_", "a", "-", "b").Replace(random()) }

func (ids) Random() string { return random() }

func random() string {
	var bits [16]byte
	_, _ = rand.Read(bits[:])
	return base64.RawURLEncoding.EncodeToString(bits[:])
}

// noAudit forgets every event.
type noAudit struct{}

func (noAudit) Record(context.Context, domain.Event) {}
