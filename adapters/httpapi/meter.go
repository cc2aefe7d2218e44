package httpapi

import (
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/domain"
)

// Meter keeps count of what the API does, and tells it in a text. It is called for every request, by many goroutines at
// once.
type Meter interface {
	// Answered counts an answer. route is the path as it is registered, without a slash at its end, "" for a path that
	// is not; method is a known one or "other"; outcome is a word of this file.
	Answered(route, method string, status int, outcome string, took time.Duration)
	// Refreshed and LoggedIn count what was asked for by what became of it, in the words of this file.
	Refreshed(outcome string)
	LoggedIn(outcome string)
	// Limited counts a request that was refused because a limit was reached, by the limit's name.
	Limited(limit string)
	// Text returns everything that was counted, and its media type.
	Text() (body []byte, mediaType string, err error)
}

// What becomes of a refresh, of a log-in or of any other request. What else there is has its words in ends.
const (
	wasOK        = "ok"
	wasRotated   = "rotated"
	wasReplayed  = "replayed"
	hasSucceeded = "succeeded"
	// wasRefused is a token that is no good or missing, a name and a password that do not match.
	wasRefused = "refused"
	// wasInvalid is a request that could not be understood.
	wasInvalid = "invalid"
	// wasUnavailable is a client that was asked to come again, wasHungUp one that did not wait.
	wasUnavailable = "unavailable"
	wasHungUp      = "hung_up"
	// hasFailed is a mistake of ours.
	hasFailed = "failed"
)

// ends names what is worth a number of its own among refusals and faults.
var ends = map[error]string{
	domain.ErrTokenReused:  "reused",
	domain.ErrTokenExpired: "expired",
	// Its end may also have come, or its user be disabled or gone: a refresh does not tell these apart.
	domain.ErrSessionEnded: "revoked",
	domain.ErrBusy:         "busy",
	domain.ErrLimited:      "limited",
	errHungUp:              wasHungUp,
}

func refreshOutcome(c echo.Context, grant application.Grant, err error) string {
	switch {
	case err != nil:
		return failure(c, err)
	case grant.Replayed:
		return wasReplayed
	default:
		return wasRotated
	}
}

func loginOutcome(c echo.Context, err error) string {
	if err != nil {
		return failure(c, err)
	}
	return hasSucceeded
}

// failure goes by what is answered, so that a fault beside a refusal counts as the fault.
func failure(c echo.Context, err error) string {
	given := answerTo(err)
	if _, named := ends[given.err]; !named && hungUp(c, err) {
		return wasHungUp
	}
	return word(given)
}

// word says what an answer comes to.
func word(given answer) string {
	if word, named := ends[given.err]; named {
		return word
	}
	switch {
	case given.err == nil:
		return wasOK
	case given.status == http.StatusServiceUnavailable:
		return wasUnavailable
	case given.status >= http.StatusInternalServerError:
		return hasFailed
	case given.status == http.StatusUnauthorized:
		return wasRefused
	default:
		return wasInvalid
	}
}

func (a *API) measure(c echo.Context, took time.Duration, given answer) {
	if given.limit != "" {
		a.meter.Limited(given.limit)
	}
	a.meter.Answered(routeOf(c), knownMethod(c.Request().Method), statusOf(c, given), word(given), took)
}

// routeOf returns the path as it is registered, without a slash at its end, "" for a path that is not.
func routeOf(c echo.Context) string {
	return strings.TrimSuffix(c.Path(), "/")
}
