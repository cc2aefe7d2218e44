package contract

import (
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// UserIntake checks every sentence of ports.UserIntake, over a storage that it shares with the other stores.
func UserIntake(t *testing.T, open func(*testing.T) (Storage, ports.UserIntake)) {
	storage, intake := open(t)
	row := func() domain.SourceUser {
		u := newUser()
		return domain.SourceUser{
			ID: u.ID, Name: u.Name, Email: u.Email, PasswordHash: u.PasswordHash, Enabled: true, CreatedAt: noon,
		}
	}
	taken := func(s stage) domain.SourceUser {
		s.t.Helper()
		u := row()
		s.ok(intake.Add(s.ctx, []domain.ImportedUser{{User: u.Account(), Fingerprint: u.Fingerprint()}}), "take an account")
		return u
	}
	knows := func(s stage, id string, want domain.Fingerprint) {
		s.t.Helper()
		known, err := intake.Known(s.ctx, []string{id, "unknown"})
		s.ok(err, "ask for fingerprints")
		if len(known) > 1 || known[id] != want {
			s.t.Fatalf("the fingerprints are %v, want %q", known, want)
		}
	}
	t.Run("stores all of the accounts, with their fingerprints and their holders", func(t *testing.T) {
		s := on(t, storage)
		u := taken(s)
		s.finds(u.Email, u.Account())
		knows(s, u.ID, u.Fingerprint())
		holders, err := intake.Holders(s.ctx, []string{strings.ToUpper(u.Email), "nobody@example.com"})
		s.ok(err, "ask for holders")
		if len(holders) != 1 || holders[domain.FoldEmail(u.Email)] != u.ID {
			t.Errorf("the holders are %v, want %s", holders, u.ID)
		}
	})
	t.Run("stores none of them if one's address is held", func(t *testing.T) {
		s := on(t, storage)
		held, free, clash := s.user(), row(), row()
		clash.Email = strings.ToUpper(held.Email)
		err := intake.Add(s.ctx, []domain.ImportedUser{
			{User: free.Account(), Fingerprint: free.Fingerprint()}, {User: clash.Account(), Fingerprint: clash.Fingerprint()},
		})
		s.is(err, domain.ErrEmailTaken)
		_, err = s.Users.FindByEmail(s.ctx, free.Email)
		s.is(err, domain.ErrUserUnknown)
		knows(s, free.ID, "")
	})
	t.Run("updates what changed there alone, and ends sessions for a hash and for being inactive only", func(t *testing.T) {
		for what, change := range map[string]struct {
			there func(*domain.SourceUser)
			ends  bool
		}{
			"name":    {func(u *domain.SourceUser) { u.Name = "Another" }, false},
			"admin":   {func(u *domain.SourceUser) { u.Admin = true }, false},
			"address": {func(u *domain.SourceUser) { u.Email = newUser().Email }, false},
			"hash":    {func(u *domain.SourceUser) { u.PasswordHash = domain.NewSecret("$hash$there") }, true},
			"enabled": {func(u *domain.SourceUser) { u.Enabled = false }, true},
			"created": {func(u *domain.SourceUser) { u.CreatedAt = noon.Add(time.Hour) }, true},
		} {
			t.Run(what, func(t *testing.T) {
				s := on(t, storage)
				u := taken(s)
				session, before := s.session(u.Account(), noon), u.Fingerprint()
				own := domain.NewSecret("$hash$here")
				_, err := s.Users.Rehash(s.ctx, u.ID, u.PasswordHash, own)
				s.ok(err, "re-hash")
				change.there(&u)
				ended, err := intake.Update(s.ctx, u.ID, u.ChangeSince(before, noon))
				s.ok(err, "update")
				if what != "hash" {
					u.PasswordHash = own
				}
				s.finds(u.Email, u.Account())
				if live := s.state(session.ID).RevokedAt.IsZero(); live == change.ends || change.ends != (ended == 1) {
					t.Errorf("%d sessions ended, the session is live: %v", ended, live)
				}
			})
		}
	})
	t.Run("refuses to update who is gone, and to an address that is held, and changes nothing", func(t *testing.T) {
		s := on(t, storage)
		u, other := taken(s), s.user()
		before := u.Fingerprint()
		u.Email = strings.ToUpper(other.Email)
		_, err := intake.Update(s.ctx, u.ID, u.ChangeSince(before, noon))
		s.is(err, domain.ErrEmailTaken)
		knows(s, u.ID, before)
		_, err = s.UserRegister.Remove(s.ctx, u.ID, noon)
		s.ok(err, "remove")
		_, err = intake.Update(s.ctx, u.ID, u.ChangeSince(before, noon))
		s.is(err, domain.ErrUserUnknown)
		knows(s, u.ID, before)
	})
	t.Run("lists every row that was taken, page by page", func(t *testing.T) {
		s := on(t, storage)
		wanted := map[string]bool{}
		for range 5 {
			wanted[taken(s).ID] = true
		}
		for after := ""; ; {
			page, err := intake.List(s.ctx, after, 2)
			s.ok(err, "list")
			if len(page) == 0 {
				break
			}
			for _, id := range page {
				if id <= after {
					t.Fatalf("%s follows %s", id, after)
				}
				delete(wanted, id)
				after = id
			}
		}
		if len(wanted) > 0 {
			t.Errorf("%v are not listed", wanted)
		}
	})
	t.Run("an untracked token may be no older than an account that came from the original", func(t *testing.T) {
		s := on(t, storage)
		u := taken(s)
		session := policy.UntrackedSession("token."+random(), domain.Claims{
			Subject: u.Email, ExpiresAt: noon.Add(time.Hour).Truncate(time.Second),
		}, u.ID, domain.Client{}, noon)
		s.is(s.Sessions.TakeIn(s.ctx, session, u.Email, noon.Add(-time.Microsecond), 100), domain.ErrTokenOutdated)
		s.ok(s.Sessions.TakeIn(s.ctx, session, u.Email, noon, 100), "take in a token as old as the account")
	})
}
