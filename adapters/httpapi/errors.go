package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// Refusals of what is wrong with a request before any use case sees it.
var (
	errNotAuthenticated = errors.New("no bearer credentials")
	errNotFound         = errors.New("path is unknown")
	errMethodNotAllowed = errors.New("method is not allowed")
	errTooLarge         = errors.New("body is too large")
	errTooSlow          = errors.New("body came too slowly")
	errNoBoundary       = errors.New("multipart form has no boundary")
	errBadBody          = errors.New("body cannot be parsed")
	errFormInvalid      = errors.New("form is not valid")
	errCrossSite        = errors.New("a page of another site sent the request")
	errQueryInvalid     = errors.New("query is not valid")
	errJSONInvalid      = errors.New("JSON body is not valid")
	errBearerRefused    = errors.New("bearer may not revoke")
	errInvalidRequest   = errors.New("form has not just one token")
)

// Faults of the service itself.
var (
	errDraining = errors.New("service is draining")
	errNotReady = errors.New("service is not ready")
	errInternal = errors.New("internal error")
	// errHungUp stands for whatever went wrong because the client did not wait for its answer.
	errHungUp = errors.New("client hung up")
)

// answer is what a client is told about an error.
type answer struct {
	err        error
	status     int
	body       []byte
	challenges []string
	retry      bool
	// limit names the limit that was reached, wait is how long it is.
	limit string
	wait  time.Duration
}

const (
	challengeBearer  = `Bearer`
	challengeInvalid = `Bearer error="invalid_token"`
	challengeClient  = `Basic realm="vidaplus-auth", charset="UTF-8"`
)

// answers is the one table from error to answer. The first row that matches counts. Faults stand first: a fault beside
// a refusal wins, since whoever is told 401 because a database is down has been logged out.
var answers = []answer{
	unavailable(domain.ErrUnavailable),
	unavailable(domain.ErrBusy),
	unavailable(context.DeadlineExceeded),
	unavailable(errDraining),
	unavailable(errNotReady),

	// What RFC 7662 and RFC 7009 define has the shape of RFC 6749 §5.2. A refused bearer is a token's refusal besides.
	oauth(domain.ErrClientUnknown, http.StatusUnauthorized, "invalid_client", challengeClient),
	oauth(errBearerRefused, http.StatusUnauthorized, "invalid_client", challengeClient, challengeInvalid),
	oauth(errInvalidRequest, http.StatusBadRequest, "invalid_request"),

	refused(domain.ErrLimited, http.StatusTooManyRequests, "Too many requests"),
	refused(domain.ErrBadCredentials, http.StatusUnauthorized, "Incorrect email or password", challengeBearer),
	refused(errNotAuthenticated, http.StatusUnauthorized, "Not authenticated", challengeBearer),
	invalidToken(domain.ErrTokenInvalid),
	invalidToken(domain.ErrTokenExpired),
	invalidToken(domain.ErrTokenReused),
	invalidToken(domain.ErrTokenReplaced),
	invalidToken(domain.ErrTokenOutdated),
	invalidToken(domain.ErrUntrackedRefused),
	invalidToken(domain.ErrSessionUnknown),
	invalidToken(domain.ErrSessionEnded),
	invalidToken(domain.ErrUserUnknown),
	invalidToken(domain.ErrUserChanged),

	refused(domain.ErrNotOwnSession, http.StatusNotFound, "Not Found"),
	refused(errCrossSite, http.StatusForbidden, "Forbidden"),
	refused(errNotFound, http.StatusNotFound, "Not Found"),
	refused(errMethodNotAllowed, http.StatusMethodNotAllowed, "Method Not Allowed"),
	refused(errTooLarge, http.StatusRequestEntityTooLarge, "Request body too large"),
	refused(errTooSlow, http.StatusRequestTimeout, "Request Timeout"),
	refused(errNoBoundary, http.StatusBadRequest, "Missing boundary in multipart."),
	refused(errBadBody, http.StatusBadRequest, "There was an error parsing the body"),

	refusedField(domain.ErrPasswordWrong, "current_password", "the current password is wrong"),
	refusedField(domain.ErrPasswordLength, "new_password", fmt.Sprintf("the new password must have %d to %d characters",
		domain.MinPasswordLength, domain.MaxPasswordLength)),
	refusedField(domain.ErrPasswordCommon, "new_password", "the new password is among the commonest"),
	refusedField(domain.ErrPasswordEmail, "new_password", "the new password is the e-mail address"),

	// Only the commands meet these: where a request does, something is wired wrongly.
	unexpected(domain.ErrEmailTaken),
	unexpected(domain.ErrUsersShared),
	unexpected(domain.ErrRowUnreadable),
	unexpected(domain.ErrHashUnusable),
	unexpected(domain.ErrSourceEmpty),
	unexpected(domain.ErrUsersOwn),
	unexpected(domain.ErrUserReferenced),
	unexpected(domain.ErrEmailInvalid),
	unexpected(domain.ErrNameInvalid),
}

func refused(err error, status int, text string, challenges ...string) answer {
	return answer{err: err, status: status, body: detail(text), challenges: challenges}
}

// refusedField is a refusal of what one field of a JSON body says, in the shape of a flaw.
func refusedField(err error, field, text string) answer {
	return answer{err: err, status: http.StatusUnprocessableEntity, body: details(flaw{
		Type: "value_error", Loc: in("body", field), Msg: "Value error, " + text,
		Ctx: map[string]any{"error": struct{}{}},
	})}
}

// oauth is a refusal whose body is that of RFC 6749 §5.2.
func oauth(err error, status int, code string, challenges ...string) answer {
	return answer{err: err, status: status, body: encode(map[string]string{"error": code}), challenges: challenges}
}

func invalidToken(err error) answer {
	return refused(err, http.StatusUnauthorized, "Could not validate credentials", challengeInvalid)
}

func unavailable(err error) answer {
	return answer{err: err, status: http.StatusServiceUnavailable, body: detail("Service unavailable"), retry: true}
}

func unexpected(err error) answer {
	return answer{err: err, status: http.StatusInternalServerError, body: detail("Internal Server Error")}
}

// answerTo returns what to tell a client about err: a bare 500 for what the table does not know.
func answerTo(err error) answer {
	for _, a := range answers {
		if errors.Is(err, a.err) {
			return a.limitedBy(err)
		}
	}
	if i, ok := errors.AsType[invalid](err); ok {
		return answer{err: i.what, status: http.StatusUnprocessableEntity, body: details(i.flaws...)}
	}
	return unexpected(errInternal)
}

// limitedBy adds to the answer what err says of a limit, if that is what it is about.
func (a answer) limitedBy(err error) answer {
	if limited, ok := errors.AsType[domain.LimitedError](err); ok && a.status == http.StatusTooManyRequests {
		a.limit, a.wait = string(limited.Limit), limited.Wait
	}
	return a
}
