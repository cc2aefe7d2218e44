package httpapi

import (
	"context"
	"errors"
	"net/http"

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
	err       error
	status    int
	body      []byte
	challenge string
	retry     bool
}

const (
	challengeBearer  = `Bearer`
	challengeInvalid = `Bearer error="invalid_token"`
)

// answers is the one table from error to answer. The first row that matches counts. Faults stand first: a fault beside
// a refusal wins, since whoever is told 401 because a database is down has been logged out.
var answers = []answer{
	unavailable(domain.ErrUnavailable),
	unavailable(domain.ErrBusy),
	unavailable(context.DeadlineExceeded),
	unavailable(errDraining),
	unavailable(errNotReady),

	refused(domain.ErrBadCredentials, http.StatusUnauthorized, "Incorrect email or password", challengeBearer),
	refused(errNotAuthenticated, http.StatusUnauthorized, "Not authenticated", challengeBearer),
	invalidToken(domain.ErrTokenInvalid),
	invalidToken(domain.ErrTokenExpired),
	invalidToken(domain.ErrTokenReused),
	invalidToken(domain.ErrTokenOutdated),
	invalidToken(domain.ErrUntrackedRefused),
	invalidToken(domain.ErrSessionUnknown),
	invalidToken(domain.ErrSessionEnded),
	invalidToken(domain.ErrUserUnknown),
	invalidToken(domain.ErrUserChanged),

	refused(errNotFound, http.StatusNotFound, "Not Found", ""),
	refused(errMethodNotAllowed, http.StatusMethodNotAllowed, "Method Not Allowed", ""),
	refused(errTooLarge, http.StatusRequestEntityTooLarge, "Request body too large", ""),
	refused(errTooSlow, http.StatusRequestTimeout, "Request Timeout", ""),
	refused(errNoBoundary, http.StatusBadRequest, "Missing boundary in multipart.", ""),
	refused(errBadBody, http.StatusBadRequest, "There was an error parsing the body", ""),

	// Only the commands meet these: where a request does, something is wired wrongly.
	unexpected(domain.ErrEmailTaken),
	unexpected(domain.ErrEmailInvalid),
	unexpected(domain.ErrNameInvalid),
	unexpected(domain.ErrPasswordWeak),
}

func refused(err error, status int, text, challenge string) answer {
	return answer{err: err, status: status, body: detail(text), challenge: challenge}
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
			return a
		}
	}
	if form, ok := errors.AsType[formError](err); ok {
		return answer{err: errFormInvalid, status: http.StatusUnprocessableEntity, body: form.body()}
	}
	return unexpected(errInternal)
}
