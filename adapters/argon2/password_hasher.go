// Package argon2 hashes passwords with Argon2id and checks them against Argon2id and bcrypt hashes, a bounded number
// at a time. It is the only place that knows how a password hash is spelled, and it knows nothing of users.
//
// It stands on golang.org/x/crypto with a small reader of its own, and not on github.com/go-crypt/crypt, whose decoder
// fills in missing parameters, takes repeated and reordered ones, and does not show them before it hashes, so that a
// stored hash could ask for terabytes.
//
// A hash that cannot be read is refused by checking the password against a stand-in, so that an unknown user and one
// with a broken hash take the time of a wrong password. A user whose stored hash has another cost than a new one, or is a
// bcrypt hash, can still be told by time until the next login replaces it.
package argon2

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"runtime/debug"
	"time"

	"golang.org/x/crypto/argon2"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// PasswordHasher implements ports.PasswordHasher. A hash that has begun is not interrupted by its context.
type PasswordHasher struct {
	queue queue
	// standIn has the form of a new hash and belongs to no password. Neither its salt nor its key was ever derived.
	standIn hash
	// release is set anew whenever a hash ends.
	release *time.Timer
	room    *room

	// The work itself, so that tests can count it and hold it up.
	derive func(password, salt []byte, time, memory uint32, threads uint8, keyLength uint32) []byte
	bcrypt func(text, password string) bool
}

// NewPasswordHasher makes a hasher whose new hashes cost params, which come from ParseParams. It hashes for up to
// atOnce callers (at least 1) side by side while up to waiting more wait. It costs nothing: nothing is hashed yet.
func NewPasswordHasher(params Params, atOnce, waiting int) *PasswordHasher {
	p := &PasswordHasher{
		queue:   newQueue(atOnce, waiting),
		standIn: hash{params, random(saltLength), random(keyLength)},
		room:    &room{},
		derive:  argon2.IDKey,
		bcrypt:  bcryptMatches,
	}
	p.release = newRelease(func() {
		p.room.clear()
		debug.FreeOSMemory()
	})
	return p
}

// Hash implements ports.PasswordHasher.
func (p *PasswordHasher) Hash(ctx context.Context, password domain.Secret) (domain.Secret, error) {
	if err := p.enter(ctx); err != nil {
		return domain.Secret{}, err
	}
	defer p.leave()
	fresh := hash{params: p.standIn.params, salt: random(saltLength)}
	fresh.key = p.key(fresh, keyLength, password)
	return domain.NewSecret(fresh.String()), nil
}

// Verify implements ports.PasswordHasher. Only a hash that the password belongs to is ever reported outdated.
func (p *PasswordHasher) Verify(ctx context.Context, stored, password domain.Secret, begin func() error,
) (ok, outdated bool, err error) {
	if err := p.enter(ctx); err != nil {
		return false, false, err
	}
	defer p.leave()
	if begin != nil {
		if err := begin(); err != nil {
			return false, false, err
		}
	}
	text := stored.Reveal()
	if bcryptCanTell(text, password.Reveal()) {
		ok = p.bcrypt(text, password.Reveal())
		return ok, ok, nil
	}
	h, readable := readHash(text)
	if !readable {
		h = p.standIn
	}
	ok = p.matches(h, password) && readable
	return ok, ok && !h.sameForm(p.standIn), nil
}

// Load returns how many passwords are being hashed or checked, and how many wait for their turn.
func (p *PasswordHasher) Load() (running, waiting int) { return p.queue.load() }

func (p *PasswordHasher) enter(ctx context.Context) error {
	err := p.queue.enter(ctx)
	if err == nil {
		p.room.make()
	}
	return err
}

func (p *PasswordHasher) leave() {
	p.queue.leave()
	p.release.Reset(quiet)
}

func (p *PasswordHasher) matches(h hash, password domain.Secret) bool {
	return subtle.ConstantTimeCompare(p.key(h, len(h.key), password), h.key) == 1
}

func (p *PasswordHasher) key(h hash, length int, password domain.Secret) []byte {
	return p.derive([]byte(password.Reveal()), h.salt, h.params.Time, h.params.Memory, h.params.Threads, uint32(length)) //nolint:gosec // length is at most 64
}

// random returns n bytes from the operating system's generator, which ends the program rather than fail.
func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}
