package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

var statusOK = []byte(`{"status":"ok"}`)

// getHealth answers GET /healthz: the process lives.
func (a *API) getHealth(c echo.Context) error {
	a.send(c, http.StatusOK, statusOK)
	return nil
}

// getReady answers GET /readyz: the service can serve, which it cannot without its store, nor for long while it drains.
func (a *API) getReady(c echo.Context) error {
	if a.draining.Load() {
		return errDraining
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), a.settings.ReadyTimeout)
	defer cancel()
	if err := a.ready(ctx); err != nil {
		return fmt.Errorf("%w: %w", errNotReady, err)
	}
	a.send(c, http.StatusOK, statusOK)
	return nil
}

func methodNotAllowed(allowed []string) echo.HandlerFunc {
	allow := strings.Join(allowed, ", ")
	return func(c echo.Context) error {
		c.Response().Header().Set(echo.HeaderAllow, allow)
		return errMethodNotAllowed
	}
}
