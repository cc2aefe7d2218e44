package ports

// CommonPasswords knows the passwords that whoever guesses tries first. It is safe for concurrent use.
type CommonPasswords interface {
	// Has reports whether the whole password, in any letter case, is among the commonest: at least the 3,000
	// commonest that have domain.MinPasswordLength characters or more (ASVS 5.0, 6.2.4).
	Has(password string) bool
}
