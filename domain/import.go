package domain

import (
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"time"
)

// SourceUser is an account as the original's database has it. Its texts are untrusted: Check says whether they can be
// kept.
type SourceUser struct {
	ID           string
	Name         string
	Email        string
	PasswordHash Secret
	Enabled      bool
	Admin        bool
	CreatedAt    time.Time
	// Unreadable says that a value is missing or not of its type.
	Unreadable bool
}

// Check refuses what cannot become an account here: ErrRowUnreadable, ErrEmailInvalid or ErrNameInvalid.
func (u SourceUser) Check() error {
	if u.Unreadable || u.ID == "" || u.CreatedAt.IsZero() {
		return ErrRowUnreadable
	}
	if err := CheckEmail(u.Email); err != nil {
		return err
	}
	return CheckName(u.Name)
}

// Account is the user that the row becomes.
func (u SourceUser) Account() User {
	return User{
		ID: u.ID, Email: u.Email, Name: u.Name, PasswordHash: u.PasswordHash, Admin: u.Admin, Enabled: u.Enabled,
		CreatedAt: u.CreatedAt,
	}
}

// Fingerprint tells, value by value, whether a row of the original has changed since it was taken. It holds digests only.
type Fingerprint string

// digestLength is 96 bits in base64url: nobody finds another value with the same digest.
const digestLength = 16

// Fingerprint returns the row's.
func (u SourceUser) Fingerprint() Fingerprint {
	var all strings.Builder
	for _, value := range []string{
		u.Name, u.Email, u.PasswordHash.Reveal(), strconv.FormatBool(u.Enabled), strconv.FormatBool(u.Admin),
		u.CreatedAt.UTC().Format(time.RFC3339Nano),
	} {
		sum := sha256.Sum256([]byte(value))
		all.WriteString(base64.RawURLEncoding.EncodeToString(sum[:])[:digestLength])
	}
	return Fingerprint(all.String())
}

func (f Fingerprint) field(i int) string {
	if len(f) < (i+1)*digestLength {
		return ""
	}
	return string(f[i*digestLength : (i+1)*digestLength])
}

// ImportedUser is a new account that came from the original, with the fingerprint of its row.
type ImportedUser struct {
	User
	Fingerprint Fingerprint
}

// ImportChange is what changed in the original's row since it was taken. Fields left nil did not, so that what was done
// to them here stays.
type ImportChange struct {
	Name         *string
	Email        *string
	PasswordHash *Secret
	Enabled      *bool
	Admin        *bool
	// CreatedAt differs where the original gave the id to somebody else.
	CreatedAt   *time.Time
	Fingerprint Fingerprint
	At          time.Time
}

// EndsSessions says why the change ends the user's sessions, or "" if it ends none.
func (c ImportChange) EndsSessions() Reason {
	switch {
	case c.PasswordHash != nil || c.CreatedAt != nil:
		return ReasonPasswordChanged
	case c.Enabled != nil:
		return ReasonUserDisabled
	default:
		return ""
	}
}

// ChangeSince returns what changed in the row since its fingerprint was before.
func (u SourceUser) ChangeSince(before Fingerprint, at time.Time) ImportChange {
	now := u.Fingerprint()
	c := ImportChange{Fingerprint: now, At: at}
	for i, set := range []func(){
		func() { c.Name = &u.Name },
		func() { c.Email = &u.Email },
		func() { c.PasswordHash = &u.PasswordHash },
		func() { c.Enabled = &u.Enabled },
		func() { c.Admin = &u.Admin },
		func() { c.CreatedAt = &u.CreatedAt },
	} {
		if now.field(i) != before.field(i) {
			set()
		}
	}
	return c
}
