package jwtsign

// For tests outside the package.
var (
	ErrTokenTooLong = errTokenTooLong
	ReadPlain       = readPlain
	ReadAnyClaims   = readAnyClaims
)
