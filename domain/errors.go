package domain

import (
	"context"
	"errors"
)

// Refusals: what was asked is understood and denied. No refusal ever stands for a fault.
var (
	// ErrBadCredentials covers an unknown user, a wrong password and a disabled user alike.
	ErrBadCredentials = errors.New("incorrect email or password")
	// ErrClientUnknown says that no client has this id and this secret, or that there were none.
	ErrClientUnknown = errors.New("client is unknown")
	// ErrTokenInvalid says that a token is malformed, not signed by us or not meant for us.
	ErrTokenInvalid = errors.New("token is not valid")
	// ErrTokenExpired says that a well-signed token's time is over.
	ErrTokenExpired = errors.New("token has expired")
	// ErrTokenReused says that a token was presented for a refresh that the session has long replaced.
	ErrTokenReused = errors.New("token was used before")
	// ErrTokenReplaced says that a token is not its session's current one. Presenting it did no harm.
	ErrTokenReplaced = errors.New("token was replaced")
	// ErrTokenOutdated says that an untracked token may be older than an event that ended all such tokens.
	ErrTokenOutdated = errors.New("token may be older than the account's last change")
	// ErrUntrackedRefused says that tokens without a session are not accepted, or not this late.
	ErrUntrackedRefused = errors.New("tokens without a session are not accepted")
	// ErrSessionUnknown says that there is no such session.
	ErrSessionUnknown = errors.New("session is unknown")
	// ErrSessionEnded says that the session was revoked, is past its end, or its user is disabled or removed.
	ErrSessionEnded = errors.New("session has ended")
	// ErrNotOwnSession says that the caller has no such session. Whether another user has is not told.
	ErrNotOwnSession = errors.New("caller has no such session")
	// ErrUserUnknown says that there is no such user.
	ErrUserUnknown = errors.New("user is unknown")
	// ErrUserChanged says that the user is not as the caller verified it: disabled, removed, or with another password.
	ErrUserChanged = errors.New("user has changed meanwhile")
	// ErrPasswordWrong says that a user who is logged in gave another password than the present one.
	ErrPasswordWrong = errors.New("current password is wrong")
	// ErrEmailTaken says that another user has this e-mail address, in this or another letter case.
	ErrEmailTaken = errors.New("email address is taken")
	// ErrUsersShared says that the accounts are the platform's, which alone registers them.
	ErrUsersShared = errors.New("accounts are shared with the platform")
	// ErrUsersOwn says that the accounts are not shared with anybody.
	ErrUsersOwn = errors.New("accounts are not shared")
	// ErrUserReferenced says that a user cannot be deleted, since tables of others refer to it.
	ErrUserReferenced = errors.New("other tables refer to the user")
	// ErrRowUnreadable says that a row of the original has a value that is missing or not of its type.
	ErrRowUnreadable = errors.New("row cannot be read")
	// ErrHashUnusable says that a password hash of the original belongs to no password.
	ErrHashUnusable = errors.New("password hash cannot be used")
	// ErrSourceEmpty says that an original database has no accounts at all.
	ErrSourceEmpty = errors.New("original has no accounts")
	// ErrEmailInvalid says that the text cannot be a user's e-mail address.
	ErrEmailInvalid = errors.New("email address is not valid")
	// ErrNameInvalid says that the text cannot be a user's name.
	ErrNameInvalid = errors.New("name is not valid")
	// ErrPasswordLength says that a new password is too short, too long, or not valid UTF-8.
	ErrPasswordLength = errors.New("password must have 8 to 256 characters")
	// ErrPasswordCommon says that a new password is among the commonest.
	ErrPasswordCommon = errors.New("password is too common")
	// ErrLimited says that too much was tried, and that the same is refused for a while. See LimitedError.
	ErrLimited = errors.New("too many attempts")
	// ErrPasswordEmail says that a new password is the account's e-mail address.
	ErrPasswordEmail = errors.New("password is the email address")
)

// RefusesToken reports whether err says no more than that a presented token is not good: it is one of the refusals that
// a token meets, and no fault stands beside it.
func RefusesToken(err error) bool {
	if errors.Is(err, ErrUnavailable) || errors.Is(err, ErrBusy) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	for _, refusal := range []error{
		ErrTokenInvalid, ErrTokenExpired, ErrTokenReused, ErrTokenReplaced, ErrTokenOutdated, ErrUntrackedRefused,
		ErrSessionUnknown, ErrSessionEnded, ErrUserUnknown, ErrUserChanged,
	} {
		if errors.Is(err, refusal) {
			return true
		}
	}
	return false
}

// Faults: the question could not be answered. A fault is never told to a client as a refusal.
var (
	// ErrUnavailable says that a store could not be reached, is too slow or cannot write. What was asked of it may
	// or may not have happened.
	ErrUnavailable = errors.New("store is unavailable")
	// ErrBusy says that too many callers already wait for a password to be hashed. Nothing has happened.
	ErrBusy = errors.New("too many passwords are waiting to be hashed")
)
