package httpapi

import (
	"net/http"
	"strconv"

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
	noStore(c)
	a.sendAs(c, http.StatusOK, mediaType, body)
	return nil
}

// metricsAlone answers GET /metrics where nothing else is served.
func metricsAlone(meter Meter, log *zap.Logger) http.Handler {
	answer := func(w http.ResponseWriter, _ *http.Request) {
		body, mediaType, err := meter.Text()
		if err != nil {
			log.Error("metrics cannot be told", zap.Error(err))
			http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
			return
		}
		header := w.Header()
		header.Set(echo.HeaderCacheControl, "no-store")
		header.Set(echo.HeaderXContentTypeOptions, "nosniff")
		header.Set(echo.HeaderContentType, mediaType)
		header.Set(echo.HeaderContentLength, strconv.Itoa(len(body)))
		_, _ = w.Write(body)
	}
	routes := http.NewServeMux()
	routes.HandleFunc("GET /metrics", answer)
	routes.HandleFunc("GET /metrics/{$}", answer)
	return routes
}
