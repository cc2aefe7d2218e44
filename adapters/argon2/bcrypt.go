package argon2

import (
	"regexp"
	"strings"

	"golang.org/x/crypto/bcrypt"
)

// bcryptForm is every bcrypt hash of cost 4 to 15. The library would take more: any minor version, and any text after
// the hash. $2x$ marks hashes of a broken implementation.
var bcryptForm = regexp.MustCompile(`\A\$2[aby]\$(0[4-9]|1[0-5])\$[./A-Za-z0-9]{53}\z`)

const maxBcryptPassword = 72

// bcryptCanTell reports whether text is a bcrypt hash that tells this password from every other. bcrypt looks at 72
// bytes only and repeats a shorter password after a NUL, so it would let in whoever knows a long password's
// beginning, and take "a" for "a\x00a". A user with such a password needs a new one
// (ASVS 5.0, 6.2.8: a password is verified exactly as received).
func bcryptCanTell(text, password string) bool {
	return bcryptForm.MatchString(text) && len(password) <= maxBcryptPassword && !strings.Contains(password, "\x00")
}

func bcryptMatches(text, password string) bool {
	return bcrypt.CompareHashAndPassword([]byte(text), []byte(password)) == nil
}
