package httpapi

import (
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/labstack/echo/v4"
)

// local reports whether a request is a developer's, so that what it is told may come back over plain HTTP. Whatever is in
// doubt is not local, since behind a proxy on this machine the browser may be anywhere.
func local(r *http.Request) bool {
	// Some proxies leave no trace but an old protocol, which no browser speaks.
	return onThisMachine(r) && r.ProtoAtLeast(1, 1) && loopbackPage(r.Header)
}

// onThisMachine reports whether a request is plain HTTP within this machine, under a name that no other machine has, and
// with no trace of a proxy. A developer's client may speak an old protocol, and name the page that it stands in for.
func onThisMachine(r *http.Request) bool {
	return r.TLS == nil && loopbackHost(r.Host) && loopbackEnds(r) && !proxied(r.Header)
}

// loopbackHost reports whether a Host header names this machine. Any other name could lead elsewhere tomorrow.
func loopbackHost(host string) bool {
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		name = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	} else if strings.Trim(port, "0123456789") != "" {
		return false
	}
	if strings.EqualFold(name, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(name)
	return err == nil && addr.Zone() == "" && addr.IsLoopback() && !addr.Is4In6()
}

// loopbackPage reports whether the page that sent the request, if there is one, came from this machine over plain HTTP:
// a proxy may put its own words into Host, and never does into Origin.
func loopbackPage(header http.Header) bool {
	for _, origin := range header[echo.HeaderOrigin] {
		if host, plain := strings.CutPrefix(origin, "http://"); !plain || !loopbackHost(host) {
			return false
		}
	}
	return true
}

// fromBrowser reports whether a browser sent the request: they all say where from (Fetch Metadata), and no page can keep them
// from it.
func fromBrowser(header http.Header) bool {
	return len(header["Sec-Fetch-Site"]) > 0
}

func loopbackEnds(r *http.Request) bool {
	near, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	far, err := netip.ParseAddrPort(r.RemoteAddr)
	return ok && err == nil && near.IP.IsLoopback() && far.Addr().IsLoopback()
}

func proxied(header http.Header) bool {
	for name := range header {
		if name == "Forwarded" || name == "Via" || name == "X-Real-Ip" || strings.HasPrefix(name, "X-Forwarded-") {
			return true
		}
	}
	return false
}
