// Package httpapi is the driving adapter that turns HTTP requests into calls of the use cases, and their answers into
// JSON. It decides nothing about users, sessions or tokens: which answer belongs to which error stands in one table
// (errors.go). It logs each request once, without anything that a client wrote into it.
package httpapi

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"
	"go.uber.org/zap"

	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/domain"
)

// Readiness returns nil while the service can serve, and what keeps it from serving otherwise.
type Readiness func(context.Context) error

// Clock returns the present instant. It times requests and the lives of cookies, and decides nothing.
type Clock func() time.Time

// UseCases is everything that a request can ask for.
type UseCases struct {
	Login           *application.Login
	RefreshToken    *application.RefreshToken
	Authenticate    *application.Authenticate
	Logout          *application.Logout
	ShowCaller      *application.ShowCaller
	ChangePassword  *application.ChangePassword
	ListOwnSessions *application.ListOwnSessions
	EndOwnSession   *application.EndOwnSession
	// AuthenticateClient is asked before the next two.
	AuthenticateClient *application.AuthenticateClient
	Introspect         *application.Introspect
	RevokeToken        *application.RevokeToken
	PublishKeys        *application.PublishKeys
}

// API is the HTTP surface as an http.Handler. Use NewAPI.
type API struct {
	do       UseCases
	ready    Readiness
	clock    Clock
	meter    Meter
	log      *zap.Logger
	settings Settings
	echo     *echo.Echo
	draining atomic.Bool
	// metadata is the answer to those who ask what the service offers, nil if it is not to be answered.
	metadata []byte
	// crossSite is asked only when tokens are also taken from a cookie.
	crossSite *http.CrossOriginProtection
}

// NewAPI returns the API over its use cases. Nothing listens yet: see Server.
func NewAPI(do UseCases, ready Readiness, clock Clock, meter Meter, log *zap.Logger, settings Settings) *API {
	a := &API{do: do, ready: ready, clock: clock, meter: meter, log: log, settings: settings, echo: echo.New()}
	a.metadata = metadataOf(settings.Issuer)
	a.echo.IPExtractor = clientAddress(settings.TrustedProxies)
	a.echo.Use(a.observe)
	if settings.Cookie {
		a.crossSite = crossSite(settings.Origins)
		a.echo.Use(a.refuseCrossSite)
	}
	a.routes()
	return a
}

func (a *API) routes() {
	a.post("/auth/token", a.postToken)
	a.post("/auth/token/refresh_token", a.postRefreshToken)
	a.post("/auth/logout", a.postLogout)
	a.get("/auth/me", a.getMe)
	a.route("/auth/password", a.putPassword, http.MethodPut)
	a.get("/auth/sessions", a.getSessions)
	a.route("/auth/sessions/:id", a.deleteSession, http.MethodDelete)
	a.post("/auth/introspect", a.postIntrospect)
	a.post("/auth/revoke", a.postRevoke)
	a.get("/.well-known/jwks.json", a.getKeys)
	a.get(metadataPath, a.getMetadata)
	if tenant := tenantOf(a.settings.Issuer); a.metadata != nil && tenant != "" {
		a.get(metadataPath+tenant, a.getMetadata)
	}
	a.get("/healthz", a.getHealth)
	a.get("/readyz", a.getReady)
	a.get("/metrics", a.getMetrics)
	a.get("/openapi.json", a.getOpenAPI)
	a.get("/api/v1/openapi.json", a.getOpenAPI)
	a.get("/docs", a.getDocs)
	a.get("/docs/:file", a.getDocs)
}

// ServeHTTP answers one request.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	decodePath(r.URL)
	a.echo.ServeHTTP(w, r)
}

// decodePath has a path routed as what it says, however it is spelled (RFC 3986 §6.2.2.2). One with an escaped slash stays as
// it came: a slash that was escaped separates nothing (§2.2).
func decodePath(u *url.URL) {
	if u.RawPath != "" && !strings.Contains(strings.ToLower(u.RawPath), "%2f") {
		u.RawPath = ""
	}
}

// Drain makes every further answer close its connection, and the service count as not ready. Requests are still served.
func (a *API) Drain() { a.draining.Store(true) }

func (a *API) post(path string, h echo.HandlerFunc) { a.route(path, h, http.MethodPost) }

func (a *API) get(path string, h echo.HandlerFunc) { a.route(path, h, http.MethodGet, http.MethodHead) }

// route registers a path with and without a trailing slash, since a redirect would lose a POST.
func (a *API) route(path string, h echo.HandlerFunc, methods ...string) {
	for _, p := range []string{path, path + "/"} {
		a.echo.Match(methods, p, h)
		// This takes precedence over what Echo answers by itself: 204 to OPTIONS, and an Allow that names it.
		a.echo.RouteNotFound(p, methodNotAllowed(methods), a.preflight(methods))
	}
}

func client(c echo.Context) domain.Client {
	return domain.NewClient(c.RealIP(), c.Request().UserAgent())
}
