package httpapi

import (
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/labstack/echo/v4"
)

// clientAddress returns how to find a client's address: the other end of the connection, and only where that is one of
// the proxies, the last address in X-Forwarded-For that is not.
func clientAddress(proxies []netip.Prefix) echo.IPExtractor {
	if len(proxies) == 0 {
		return echo.ExtractIPDirect()
	}
	// Echo would trust every private network: any neighbour could then choose the address that is written down.
	trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range proxies {
		trust = append(trust, echo.TrustIPRange(&net.IPNet{
			IP:   p.Masked().Addr().AsSlice(),
			Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen()),
		}))
	}
	find := echo.ExtractIPFromXFFHeader(trust...)
	return func(r *http.Request) string { return find(withoutPorts(r)) }
}

// withoutPorts returns a request whose X-Forwarded-For names addresses alone: some proxies add the client's port.
func withoutPorts(r *http.Request) *http.Request {
	forwarded := strings.Join(r.Header[echo.HeaderXForwardedFor], ",")
	if !strings.Contains(forwarded, ":") {
		return r
	}
	addresses := strings.Split(forwarded, ",")
	for i, text := range addresses {
		if end, err := netip.ParseAddrPort(strings.TrimSpace(text)); err == nil {
			addresses[i] = end.Addr().String()
		}
	}
	return &http.Request{RemoteAddr: r.RemoteAddr, Header: http.Header{echo.HeaderXForwardedFor: addresses}}
}
