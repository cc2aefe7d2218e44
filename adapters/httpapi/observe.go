package httpapi

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/vidaplus/vidaplus-auth/application"
)

// panicError is a panic of a handler, made an error so that it takes the one way that errors take.
type panicError struct {
	value any
	stack []byte
}

func (p panicError) Error() string { return fmt.Sprintf("panic: %v", p.value) }

// observe surrounds every handler, also those of unknown paths: it answers errors, counts the request and logs it.
func (a *API) observe(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := a.clock()
		a.begin(c)
		note := remember(c)
		err := recovered(next, c)
		var given answer
		if err != nil {
			given = answerTo(err)
			if hungUp(c, err) {
				// Half of a connection may still be open, so there is an answer all the same, and no empty 200.
				given = unavailable(errHungUp)
			}
			if !c.Response().Committed {
				a.refuse(c, given)
			}
		}
		took := a.clock().Sub(start)
		a.measure(c, took, given)
		a.record(c, note, took, given, err)
		a.skipRest(c)
		return nil
	}
}

// remember has the use cases note what a request is about. Whoever surrounds the API reads the route from the request, as
// with the standard library's own routing.
func remember(c echo.Context) *application.Note {
	r := c.Request()
	r.Pattern = routeOf(c)
	ctx, note := application.WithNote(r.Context())
	c.SetRequest(r.WithContext(ctx))
	return note
}

// begin sets what every answer has.
func (a *API) begin(c echo.Context) {
	r, header := c.Request(), c.Response().Header()
	header.Set(echo.HeaderXRequestID, requestID(r.Header))
	if strings.HasPrefix(r.URL.Path, "/auth/") {
		header[echo.HeaderCacheControl] = noStore
	}
	a.protect(r, header)
	a.share(r, header)
	if r.ContentLength != 0 && r.ProtoMajor == 1 || !r.ProtoAtLeast(1, 1) {
		// Unless a handler reads the body to its end: the server would read on before it answers, at the pace of the
		// client. The bytes that are left must never be taken for the next request, so the connection ends here.
		header.Set(echo.HeaderConnection, "close")
	}
}

// keepConnection takes back that the connection ends with this answer, if it can take another request. RFC 9112 §6.1: it cannot
// where HTTP/1.0 came with Transfer-Encoding, which the standard library drops unseen, so none below HTTP/1.1 is kept.
func keepConnection(c echo.Context) {
	if c.Request().ProtoAtLeast(1, 1) {
		c.Response().Header().Del(echo.HeaderConnection)
	}
}

// requestID returns the incoming id if it may be kept, else a new one.
func requestID(incoming http.Header) string {
	if id := incoming.Get(echo.HeaderXRequestID); goodRequestID(id) {
		return id
	}
	return rand.Text()
}

const maxRequestIDLength = 64

// goodRequestID reports whether an incoming id may be repeated in the answer and the log.
func goodRequestID(id string) bool {
	if id == "" || len(id) > maxRequestIDLength {
		return false
	}
	return !strings.ContainsFunc(id, func(r rune) bool {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		return !letter && (r < '0' || r > '9') && r != '.' && r != '_' && r != '-'
	})
}

// recovered calls next. A panic, and the end of the server while it runs, become errors like any other.
func recovered(next echo.HandlerFunc, c echo.Context) (err error) {
	defer func() {
		switch value := recover(); value {
		case nil:
		case http.ErrAbortHandler:
			panic(value)
		default:
			err = panicError{value: value, stack: debug.Stack()}
		}
	}()
	err = next(c)
	switch {
	case errors.Is(err, echo.ErrNotFound):
		err = errNotFound
	case errors.Is(err, context.Canceled) && errors.Is(context.Cause(c.Request().Context()), errDraining):
		err = fmt.Errorf("%w: %w", errDraining, err)
	}
	return err
}

// hungUp reports whether err says no more than that the client did not wait for its answer.
func hungUp(c echo.Context, err error) bool {
	return errors.Is(err, context.Canceled) && errors.Is(context.Cause(c.Request().Context()), context.Canceled)
}
