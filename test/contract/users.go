package contract

import (
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

func userStore(t *testing.T, storage Storage) {
	t.Run("finds a user by the exact address, with everything that was stored", func(t *testing.T) {
		s := on(t, storage)
		u := newUser()
		u.Admin, u.Name, u.Email = true, "Σίσυφος 's \"name\"", "josé."+u.Email
		s.ok(s.UserRegister.Add(s.ctx, u), "add")
		s.finds(u.Email, u)
	})
	t.Run("finds a user by an address that differs in letter case alone", func(t *testing.T) {
		s := on(t, storage)
		u := newUser()
		u.Email = "JosÉ." + u.Email
		s.ok(s.UserRegister.Add(s.ctx, u), "add")
		s.finds(strings.ToUpper(u.Email), u)
		s.finds(strings.ToLower(u.Email), u)
	})
	t.Run("does not find an address with something before, behind or in it", func(t *testing.T) {
		s := on(t, storage)
		u := s.user()
		for _, email := range []string{
			" " + u.Email, u.Email + " ", strings.Replace(u.Email, "user-", "user_", 1), "%" + u.Email[1:],
			strings.Replace(u.Email, ".com", "_com", 1), "", u.ID, "nobody@example.com",
		} {
			_, err := s.Users.FindByEmail(s.ctx, email)
			s.is(err, domain.ErrUserUnknown)
		}
	})
	t.Run("finds a disabled user, who is marked as such", func(t *testing.T) {
		s := on(t, storage)
		u := s.user()
		s.change(u, disabling(noon))
		u.Enabled = false
		s.finds(u.Email, u)
	})
	t.Run("finds a user by id, and nobody by another", func(t *testing.T) {
		s := on(t, storage)
		u := s.user()
		s.user()
		got, err := s.Users.Find(s.ctx, u.ID)
		s.ok(err, "find by id")
		s.sameUser(got, u)
		for _, id := range []string{"", u.Email, u.ID + "x", "unknown"} {
			_, err := s.Users.Find(s.ctx, id)
			s.is(err, domain.ErrUserUnknown)
		}
	})
	t.Run("re-hashes by compare and set, and ends no session", func(t *testing.T) {
		s := on(t, storage)
		u, session := s.begun()
		old := u.PasswordHash
		u.PasswordHash = domain.NewSecret("$hash$newer")
		swapped, err := s.Users.Rehash(s.ctx, u.ID, old, u.PasswordHash)
		s.ok(err, "re-hash")
		if !swapped {
			t.Fatal("the hash was not replaced")
		}
		s.finds(u.Email, u)
		swapped, err = s.Users.Rehash(s.ctx, u.ID, old, domain.NewSecret("$hash$newest"))
		s.ok(err, "re-hash")
		if swapped {
			t.Error("the hash was replaced although another one stood")
		}
		s.finds(u.Email, u)
		swapped, err = s.Users.Rehash(s.ctx, u.ID, u.PasswordHash, u.PasswordHash)
		s.ok(err, "re-hash to the same")
		if !swapped {
			t.Error("the hash that stood was not replaced by the same")
		}
		s.rotate(rotation(session, noon))
		swapped, err = s.Users.Rehash(s.ctx, "unknown", old, old)
		s.ok(err, "re-hash nobody's password")
		if swapped {
			t.Error("nobody's hash was replaced")
		}
	})
}

// finds compares users field by field, hashes by their text.
func (s stage) finds(email string, want domain.User) {
	s.t.Helper()
	got, err := s.Users.FindByEmail(s.ctx, email)
	s.ok(err, "find "+email)
	s.sameUser(got, want)
}

func (s stage) sameUser(got, want domain.User) {
	s.t.Helper()
	if !got.PasswordHash.Equal(want.PasswordHash) {
		s.t.Fatalf("the hash is %q, want %q", got.PasswordHash.Reveal(), want.PasswordHash.Reveal())
	}
	got.PasswordHash = want.PasswordHash
	if got != want {
		s.t.Fatalf("the user is\n%+v, want\n%+v", got, want)
	}
}

func userRegister(t *testing.T, storage Storage) {
	t.Run("refuses an address that another user has in any letter case", func(t *testing.T) {
		s := on(t, storage)
		u := s.user()
		for _, email := range []string{u.Email, strings.ToUpper(u.Email)} {
			other := newUser()
			other.Email = email
			s.is(s.UserRegister.Add(s.ctx, other), domain.ErrEmailTaken)
		}
		s.finds(u.Email, u)
	})
	t.Run("lists users in the order of their addresses, page by page", func(t *testing.T) {
		s := on(t, storage)
		prefix := strings.ToLower(random())
		var want []domain.User
		for _, end := range []string{"-Z", "-a", "-b", "_a", "é"} {
			u := newUser()
			u.Email = prefix + end + "@example.com"
			s.ok(s.UserRegister.Add(s.ctx, u), "add")
			want = append(want, u)
		}
		var got []domain.User
		for after := prefix; len(got) < len(want); after = got[len(got)-1].Email {
			page, err := s.UserRegister.List(s.ctx, after, 2)
			s.ok(err, "list")
			if len(page) == 0 || len(page) > 2 {
				t.Fatalf("a page of at most 2 has %d users", len(page))
			}
			got = append(got, page...)
		}
		for i := range want {
			s.sameUser(got[i], want[i])
		}
	})
	t.Run("a new password replaces the hash and ends every session", func(t *testing.T) {
		s := on(t, storage)
		u, session := s.begun()
		_, stranger := s.begun()
		at := noon.Add(time.Minute)
		change := newPassword(at)
		if n := s.change(u, change); n != 1 {
			t.Errorf("%d live sessions were ended, want 1", n)
		}
		u.PasswordHash = *change.PasswordHash
		s.finds(u.Email, u)
		got := s.refused(rotation(session, at))
		if got.RevokedFor != domain.ReasonPasswordChanged || !got.RevokedAt.Equal(at) {
			t.Errorf("the session was revoked for %q at %v", got.RevokedFor, got.RevokedAt)
		}
		s.rotate(rotation(stranger, at))
	})
	t.Run("a new password spares the session that is named, and no other", func(t *testing.T) {
		s := on(t, storage)
		u, spared := s.begun()
		ended := s.session(u, noon)
		_, stranger := s.begun()
		change := newPassword(noon)
		change.Spares = spared.ID
		if n := s.change(u, change); n != 1 {
			t.Errorf("%d live sessions were ended, want 1", n)
		}
		s.lists(u, noon, spared)
		s.refused(rotation(ended, noon))
		s.rotate(rotation(spared, noon))
		// To spare another user's session spares nothing.
		change = newPassword(noon)
		change.Spares = stranger.ID
		s.change(u, change)
		s.lists(u, noon)
		s.rotate(rotation(stranger, noon))
	})
	t.Run("a change under a verified hash needs that hash and an enabled user, and changes nothing otherwise", func(t *testing.T) {
		s := on(t, storage)
		u, session := s.begun()
		change := newPassword(noon)
		old := u.PasswordHash
		change.Verified = &old
		s.change(u, change)
		u.PasswordHash = *change.PasswordHash
		s.finds(u.Email, u)
		s.refused(rotation(session, noon))
		session = s.session(u, noon)
		again := newPassword(noon)
		again.Verified = &old
		_, err := s.UserRegister.Change(s.ctx, u.ID, again)
		s.is(err, domain.ErrUserChanged)
		s.finds(u.Email, u)
		s.lists(u, noon, session)
		s.ok(s.Sessions.TakeIn(s.ctx, policy.UntrackedSession("token."+random(), domain.Claims{
			Subject: u.Email, ExpiresAt: noon.Add(time.Hour).Truncate(time.Second),
		}, u.ID, domain.Client{}, noon), u.Email, noon, 100), "take in")
		s.change(u, disabling(noon))
		again.Verified = &u.PasswordHash
		_, err = s.UserRegister.Change(s.ctx, u.ID, again)
		s.is(err, domain.ErrUserChanged)
	})
	t.Run("disabling ends every session, enabling brings none back", func(t *testing.T) {
		s := on(t, storage)
		u, session := s.begun()
		s.change(u, disabling(noon))
		if got := s.state(session.ID).RevokedFor; got != domain.ReasonUserDisabled {
			t.Errorf("the session was revoked for %q", got)
		}
		if n := s.change(u, enabling(noon)); n != 0 {
			t.Errorf("enabling ended %d sessions", n)
		}
		s.finds(u.Email, u)
		s.refused(rotation(session, noon))
		s.rotate(rotation(s.session(u, noon), noon))
	})
	t.Run("a new address ends no session and must be free, but may be one's own in another case", func(t *testing.T) {
		s := on(t, storage)
		u, session := s.begun()
		other := s.user()
		for _, taken := range []string{other.Email, strings.ToUpper(other.Email)} {
			_, err := s.UserRegister.Change(s.ctx, u.ID, newEmail(taken, noon))
			s.is(err, domain.ErrEmailTaken)
		}
		s.finds(u.Email, u)
		old := u.Email
		for _, email := range []string{strings.ToUpper(u.Email), newUser().Email} {
			u.Email = email
			if n := s.change(u, newEmail(email, noon)); n != 0 {
				t.Errorf("a new address ended %d sessions", n)
			}
			s.finds(email, u)
		}
		_, err := s.Users.FindByEmail(s.ctx, old)
		s.is(err, domain.ErrUserUnknown)
		s.rotate(rotation(session, noon))
	})
	t.Run("says that a user is unknown", func(t *testing.T) {
		s := on(t, storage)
		for _, change := range []domain.UserChange{
			disabling(noon), enabling(noon), newPassword(noon), newEmail(newUser().Email, noon),
		} {
			_, err := s.UserRegister.Change(s.ctx, "unknown", change)
			s.is(err, domain.ErrUserUnknown)
		}
		_, err := s.UserRegister.Remove(s.ctx, "unknown", noon)
		s.is(err, domain.ErrUserUnknown)
	})
	t.Run("removes a user, ends the sessions and frees the address", func(t *testing.T) {
		s := on(t, storage)
		u, session := s.begun()
		stranger, strangers := s.begun()
		s.ends(1, func() (int, error) { return s.UserRegister.Remove(s.ctx, u.ID, noon) })
		_, err := s.Users.FindByEmail(s.ctx, u.Email)
		s.is(err, domain.ErrUserUnknown)
		if got := s.state(session.ID).RevokedFor; got != domain.ReasonUserRemoved {
			t.Errorf("the session was revoked for %q", got)
		}
		_, err = s.UserRegister.Remove(s.ctx, u.ID, noon)
		s.is(err, domain.ErrUserUnknown)
		heir := s.heir(u)
		s.finds(u.Email, heir)
		s.refused(rotation(session, noon))
		s.finds(stranger.Email, stranger)
		s.rotate(rotation(strangers, noon))
	})
}
