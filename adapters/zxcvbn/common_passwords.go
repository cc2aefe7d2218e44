// Package zxcvbn knows common passwords: the head of the list that zxcvbn-ts, an estimator of password strength, keeps
// in the order of frequency. SOURCE.md says where it is from and how it is renewed. The package estimates nothing.
//
// It holds no more than it has to: the further down a list, the more often it refuses a password that nobody would
// guess soon.
package zxcvbn

import (
	_ "embed"
	"strings"
)

// passwords holds one password a line, the commonest first, in lower case.
//
//go:embed passwords.txt
var passwords string

// CommonPasswords implements ports.CommonPasswords. Its zero value is ready for use.
type CommonPasswords struct{}

// Has implements ports.CommonPasswords. It searches the list as it lies in the program's file: that takes some
// forty microseconds, next to the tens of milliseconds of the hash that follows, and no memory.
func (CommonPasswords) Has(password string) bool {
	if strings.Contains(password, "\n") {
		return false // two lines of the list are no password
	}
	line := strings.ToLower(password) + "\n"
	return strings.HasPrefix(passwords, line) || strings.Contains(passwords, "\n"+line)
}
