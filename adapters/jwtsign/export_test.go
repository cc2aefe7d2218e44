package jwtsign

// ErrTokenTooLong is for tests outside the package.
var ErrTokenTooLong = errTokenTooLong
