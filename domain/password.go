package domain

import "unicode/utf8"

// Bounds of a new password in characters (ASVS 5.0, 6.2.1 and 6.2.9: at least 8, and 64 must be possible).
const (
	MinPasswordLength = 8
	MaxPasswordLength = 256
)

// PasswordRules says which passwords may become a user's. A password that is one already is never judged.
type PasswordRules struct {
	// Common reports whether a password is among the commonest, in any letter case.
	Common func(password string) bool
}

// Check refuses a new password for the account with this address: with ErrPasswordLength if its length is out of
// bounds or it is not valid UTF-8, which not every client could send again; with ErrPasswordEmail if it is the
// address; with ErrPasswordCommon if it is among the commonest. Which characters it is made of is free (ASVS 5.0,
// 6.2.5), white space and control characters included, and all of them count.
func (r PasswordRules) Check(password Secret, email string) error {
	text := password.Reveal()
	n := utf8.RuneCountInString(text)
	switch {
	case n < MinPasswordLength || n > MaxPasswordLength || !utf8.ValidString(text):
		return ErrPasswordLength
	case FoldEmail(text) == FoldEmail(email):
		return ErrPasswordEmail
	case r.Common(text):
		return ErrPasswordCommon
	default:
		return nil
	}
}
