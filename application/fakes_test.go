package application_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// clock stands still until the test turns it.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func (c *clock) turnTo(at time.Time) { c.pass(at.Sub(c.read())) }

// auditLog keeps every event.
type auditLog struct {
	mu     sync.Mutex
	events []domain.Event
}

func (a *auditLog) Record(_ context.Context, e domain.Event) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.events = append(a.events, e)
}

func (a *auditLog) all() []domain.Event {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.events)
}

// of returns the events of one kind.
func (a *auditLog) of(kind domain.EventKind) []domain.Event {
	return slices.DeleteFunc(a.all(), func(e domain.Event) bool { return e.Kind != kind })
}

// only fails unless exactly the wanted events were recorded, in their order.
func (s *stage) only(want ...domain.Event) {
	s.t.Helper()
	if got := s.audit.all(); !slices.Equal(got, want) {
		s.t.Fatalf("recorded were\n%+v, want\n%+v", got, want)
	}
}

// noSecrets fails if anything recorded holds one of the texts.
func (s *stage) noSecrets(texts ...string) {
	s.t.Helper()
	recorded := fmt.Sprintf("%#v", s.audit.all())
	for _, text := range texts {
		if strings.Contains(recorded, text) {
			s.t.Errorf("the audit log holds %q: %s", text, recorded)
		}
	}
}

// passwords hashes at no cost and counts what would have cost something. Hashes of an older form are outdated.
type passwords struct {
	mu            sync.Mutex
	verifications int
	// queued counts callers who came to verify, whether or not they began.
	queued int
	hashes int
	// fault, if not nil, is the answer to Hash or Verify, whichever it is for.
	hashFault, verifyFault error
	// verified, if not nil, runs after each verification, while the caller still waits for it.
	verified func()
}

const (
	newForm = "$fake$v=2$"
	oldForm = "$fake$v=1$"
)

func digest(form, salt, password string) domain.Secret {
	sum := sha256.Sum256([]byte(salt + password))
	return domain.NewSecret(form + salt + "$" + hex.EncodeToString(sum[:]))
}

func (p *passwords) hash(password string) domain.Secret {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hashes++
	return digest(newForm, fmt.Sprint(p.hashes), password)
}

func (p *passwords) Hash(_ context.Context, password domain.Secret) (domain.Secret, error) {
	if p.hashFault != nil {
		return domain.Secret{}, p.hashFault
	}
	return p.hash(password.Reveal()), nil
}

func (p *passwords) Verify(ctx context.Context, hash, password domain.Secret, begin func() error,
) (ok, outdated bool, err error) {
	p.mu.Lock()
	p.queued++
	p.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return false, false, err
	}
	if begin != nil {
		if err := begin(); err != nil {
			return false, false, err
		}
	}
	p.mu.Lock()
	p.verifications++
	p.mu.Unlock()
	if p.verified != nil {
		p.verified()
	}
	text := hash.Reveal()
	for _, form := range []string{oldForm, newForm} {
		if salted, of := strings.CutPrefix(text, form); of {
			salt, _, _ := strings.Cut(salted, "$")
			return digest(form, salt, password.Reveal()).Equal(hash), form == oldForm, p.verifyFault
		}
	}
	return false, false, p.verifyFault
}

// counted returns how many verifications there were, and forgets them.
func (p *passwords) counted() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := p.verifications
	p.verifications = 0
	return n
}
