package httpapi

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
	"go.uber.org/zap"
)

// getMetrics answers GET /metrics, unless that has a listener of its own.
func (a *API) getMetrics(c echo.Context) error {
	if a.settings.MetricsAddress != "" {
		return errNotFound
	}
	body, mediaType, err := a.meter.Text()
	if err != nil {
		return err
	}
	c.Response().Header()[echo.HeaderCacheControl] = noStore
	a.sendAs(c, http.StatusOK, mediaType, body)
	return nil
}

// metricsAlone answers GET /metrics where nothing else is served, and everything else as the API would.
func metricsAlone(meter Meter, log *zap.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set(echo.HeaderXRequestID, requestID(r.Header))
		header[echo.HeaderCacheControl] = noStore
		header[echo.HeaderXContentTypeOptions] = nosniff
		status := http.StatusOK
		body, mediaType, err := askedOf(meter, r)
		if err != nil {
			given := answerTo(err)
			body, mediaType, status = given.body, echo.MIMEApplicationJSON, given.status
			if status >= http.StatusInternalServerError {
				log.Error("metrics cannot be told", zap.Error(err))
			}
		}
		if errors.Is(err, errMethodNotAllowed) {
			header.Set(echo.HeaderAllow, "GET, HEAD")
		}
		header.Set(echo.HeaderContentType, mediaType)
		header.Set(echo.HeaderContentLength, strconv.Itoa(len(body)))
		w.WriteHeader(status)
		_, _ = w.Write(body)
	})
}

// askedOf returns the metrics if that is what a request is for. errNotFound or errMethodNotAllowed.
func askedOf(meter Meter, r *http.Request) (body []byte, mediaType string, err error) {
	switch {
	case strings.TrimSuffix(r.URL.Path, "/") != "/metrics":
		return nil, "", errNotFound
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		return nil, "", errMethodNotAllowed
	default:
		return meter.Text()
	}
}
