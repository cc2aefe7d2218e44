package domain

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Bounds of what a user may be called, in characters. They are those of the original's columns.
const (
	MaxEmailLength = 255
	MaxNameLength  = 255
)

// User is an account. ID is opaque and never given to another account.
type User struct {
	ID           string
	Email        string
	Name         string
	PasswordHash Secret
	Admin        bool
	Enabled      bool
	CreatedAt    time.Time
}

// CheckEmail refuses with ErrEmailInvalid what cannot be an address: it asks for something on both sides of an @, no
// white space or control characters, and at most MaxEmailLength characters. It does not prove that mail arrives there.
func CheckEmail(email string) error {
	at := strings.LastIndexByte(email, '@')
	if at < 1 || at == len(email)-1 || !CleanText(email, MaxEmailLength) || strings.ContainsFunc(email, unicode.IsSpace) {
		return ErrEmailInvalid
	}
	return nil
}

// CheckName refuses with ErrNameInvalid a name that is too long or holds control characters.
func CheckName(name string) error {
	if !CleanText(name, MaxNameLength) {
		return ErrNameInvalid
	}
	return nil
}

// FoldEmail returns the form in which two addresses that differ in letter case alone are equal.
func FoldEmail(email string) string { return strings.ToLower(email) }

// PickByEmail chooses the user that email names among those whose folded address equals its own: the exact spelling,
// else the only one that differs in letter case alone. It returns ErrUserUnknown otherwise.
func PickByEmail(candidates []User, email string) (User, error) {
	for _, u := range candidates {
		if u.Email == email {
			return u, nil
		}
	}
	if len(candidates) == 1 {
		return candidates[0], nil
	}
	return User{}, ErrUserUnknown
}

// UserChange is a change of one user. Fields left nil stay as they are.
type UserChange struct {
	Email        *string
	PasswordHash *Secret
	Enabled      *bool
	// Verified, if it is not nil, makes the change conditional: the user must be enabled and still have this hash.
	Verified *Secret
	// Spares is the session that survives a change that ends sessions, "" for none.
	Spares string
	// At is when the change is made.
	At time.Time
}

// EndsSessions says why the change ends the user's sessions, all but the one it spares, or "" if it ends none. A new
// address ends none: a session belongs to the user, not to the address.
func (c UserChange) EndsSessions() Reason {
	switch {
	case c.PasswordHash != nil:
		return ReasonPasswordChanged
	case c.Enabled != nil && !*c.Enabled:
		return ReasonUserDisabled
	default:
		return ""
	}
}

// CleanText reports whether text from outside may reach a store: valid UTF-8 without control characters, of at most
// limit characters. One bad byte is a database error, and would poison a statement that callers share.
func CleanText(text string, limit int) bool {
	return utf8.ValidString(text) && utf8.RuneCountInString(text) <= limit && !strings.ContainsFunc(text, unicode.IsControl)
}

// CleanedText makes text from outside fit for a store by leaving out what CleanText objects to.
func CleanedText(text string, limit int) string {
	var b strings.Builder
	n := 0
	for _, r := range strings.ToValidUTF8(text, "") {
		if n == limit {
			break
		}
		if !unicode.IsControl(r) {
			b.WriteRune(r)
			n++
		}
	}
	return b.String()
}
