package model

import (
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// untracked is a token of the original VidaPlus.
type untracked struct {
	raw     string
	email   string
	expires time.Time
}

// presentUntracked presents a new untracked token, or one of before.
func (p *player) presentUntracked(t *rapid.T) {
	p.ownInstant()
	u := p.drawUntracked(t)
	if s := p.madeFor(u.raw); s != nil {
		p.present(t, s, 0)
		return
	}
	refusals := p.refuses(u)
	if len(refusals) > 0 {
		_, err := p.refresh.Do(p.ctx, u.raw, client)
		is(t, err, refusals...)
		return
	}
	s := &session{
		of: p.named(u.email), began: p.clock.now, ends: p.clock.now.Add(maxAge).Truncate(time.Second),
		untracked: true, tokens: []token{{raw: u.raw, expires: u.expires}},
	}
	p.begin(s)
	p.present(t, s, 0)
}

func (p *player) drawUntracked(t *rapid.T) untracked {
	t.Helper()
	known := p.untracked
	if rapid.Bool().Draw(t, "one that still waits") {
		known = slices.DeleteFunc(slices.Clone(known), func(u untracked) bool {
			return p.madeFor(u.raw) != nil || !p.clock.now.Before(u.expires)
		})
	}
	if len(known) > 0 && rapid.Bool().Draw(t, "once more") {
		return known[rapid.IntRange(0, len(known)-1).Draw(t, "untracked token")]
	}
	return p.newUntracked(t)
}

func (p *player) newUntracked(t *rapid.T) untracked {
	t.Helper()
	u := untracked{email: rapid.SampledFrom(p.emails).Draw(t, "email")}
	// 48 hours are more than a token lives, so that it may be of any age.
	left := rapid.SampledFrom([]time.Duration{lifetime, lifetime - time.Minute, 10 * time.Minute, 48 * time.Hour}).Draw(t, "left")
	u.expires = p.clock.now.Truncate(time.Second).Add(left)
	raw, err := p.signer.Sign(domain.Claims{Subject: u.email, ExpiresAt: u.expires})
	is(t, err, nil)
	u.raw = raw
	p.untracked = append(p.untracked, u)
	return u
}

// madeFor returns the session into which the untracked token was taken, or nil.
func (p *player) madeFor(raw string) *session {
	for _, s := range p.world.sessions {
		if s.tokens[0].raw == raw {
			return s
		}
	}
	return nil
}

// refuses returns the refusals that an untracked token may meet before there is a session for it.
func (p *player) refuses(u untracked) []error {
	owner := p.named(u.email)
	issued := u.expires.Add(-lifetime)
	if issued.After(p.clock.now.Add(time.Minute)) {
		issued = time.Time{}
	}
	switch {
	case !p.clock.now.Before(u.expires):
		return []error{domain.ErrTokenExpired}
	case owner == nil:
		return []error{domain.ErrUserUnknown}
	case !owner.enabled:
		// Disabling outdates the token as well, and a store may look at either first.
		return []error{domain.ErrUserChanged, domain.ErrTokenOutdated}
	case issued.Before(owner.cut) || issued.Before(p.addressCut[u.email]):
		return []error{domain.ErrTokenOutdated}
	default:
		return nil
	}
}
