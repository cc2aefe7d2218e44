package httpapi

import (
	"io"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/vidaplus/vidaplus-auth/application"
)

// postRefreshToken answers POST /auth/token/refresh_token. The body means nothing.
func (a *API) postRefreshToken(c echo.Context) error {
	var grant application.Grant
	err := recovered(func(c echo.Context) (err error) {
		grant, err = a.refresh(c)
		return err
	}, c)
	a.meter.Refreshed(refreshOutcome(c, grant, err))
	if err != nil {
		return err
	}
	a.grant(c, grant)
	return nil
}

func (a *API) refresh(c echo.Context) (application.Grant, error) {
	raw, err := a.credentials(c)
	if err != nil {
		return application.Grant{}, err
	}
	leaveSmallBody(c)
	return a.do.RefreshToken.Do(c.Request().Context(), raw, client(c))
}

// smallBody is the size of a body that is worth reading to keep a connection, in bytes.
const smallBody = 1 << 10

// leaveSmallBody leaves a small body for after the answer, so that it delays nobody and the connection can take another
// request: many clients send an empty object where nothing is wanted.
func leaveSmallBody(c echo.Context) {
	r := c.Request()
	if r.ContentLength <= 0 || r.ContentLength > smallBody || r.ProtoMajor != 1 || r.Header.Get("Expect") != "" {
		return
	}
	// Else the server would read the body before it answers.
	if http.NewResponseController(c.Response()).EnableFullDuplex() == nil {
		keepConnection(c)
		c.Set(smallBodyLeft, true)
	}
}

// smallBodyLeft is what a request's context says of a body that leaveSmallBody left.
const smallBodyLeft = "small body left"

// restTime is how long the rest of a body may take after the answer, restTimeDraining how long while the service drains: what is on
// its way still comes, so that a client does not lose its answer to a reset connection, and who sends nothing holds nobody up.
const (
	restTime         = time.Second
	restTimeDraining = 100 * time.Millisecond
)

// skipRest gives little time to what the handler left of the body, which else counts as a request that runs. It reads what
// leaveSmallBody left, the server what comes before a connection ends. If a small body does not come in time its connection ends,
// too: the server would take it for the next request when it comes after all.
func (a *API) skipRest(c echo.Context) {
	r := c.Request()
	if r.ContentLength == 0 || r.ProtoMajor != 1 {
		return
	}
	patience := restTime
	if a.draining.Load() {
		patience = restTimeDraining
	}
	conn := http.NewResponseController(c.Response().Writer)
	_ = conn.SetReadDeadline(a.clock().Add(patience))
	if c.Get(smallBodyLeft) == nil {
		return
	}
	_ = conn.Flush()
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		panic(http.ErrAbortHandler)
	}
}
