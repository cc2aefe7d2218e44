package httpapi

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestClient_AddressComesFromTrustedProxiesOnly(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::1/64")}
	for name, c := range map[string]struct {
		proxies   []netip.Prefix
		peer      string
		forwarded []string
		want      string
	}{
		"nobody is trusted":             {nil, "127.0.0.1:1", []string{"1.2.3.4"}, "127.0.0.1"},
		"no header":                     {proxies, "10.0.0.1:1", nil, "10.0.0.1"},
		"through a proxy":               {proxies, "10.0.0.1:1", []string{"1.2.3.4"}, "1.2.3.4"},
		"through a proxy over IPv6":     {proxies, "[fd00::5]:1", []string{"2001:db8::1"}, "2001:db8::1"},
		"through two proxies":           {proxies, "10.0.0.1:1", []string{"1.2.3.4, 10.0.0.9"}, "1.2.3.4"},
		"two headers":                   {proxies, "10.0.0.1:1", []string{"6.6.6.6", "1.2.3.4"}, "1.2.3.4"},
		"the client invents a hop":      {proxies, "10.0.0.1:1", []string{"6.6.6.6, 1.2.3.4"}, "1.2.3.4"},
		"with a port":                   {proxies, "10.0.0.1:1", []string{"9.9.9.9:1234"}, "9.9.9.9"},
		"IPv6 with a port":              {proxies, "10.0.0.1:1", []string{"[2001:db8::1]:80"}, "2001:db8::1"},
		"two proxies, ports":            {proxies, "10.0.0.1:1", []string{"1.2.3.4:5", "10.0.0.9:443 , [fd00::5]:1"}, "1.2.3.4"},
		"a port beside an invented hop": {proxies, "10.0.0.1:1", []string{"6.6.6.6:1, 1.2.3.4:5"}, "1.2.3.4"},
		"nothing but proxies":           {proxies, "10.0.0.1:1", []string{"10.0.0.8:1, 10.0.0.9"}, "10.0.0.8"},
		"a port that is none":           {proxies, "10.0.0.1:1", []string{"1.2.3.4:65536"}, "10.0.0.1"},
		"IPv6 without brackets, port":   {proxies, "10.0.0.1:1", []string{"[2001:db8::1]80"}, "10.0.0.1"},
		"not an address":                {proxies, "10.0.0.1:1", []string{"<script>"}, "10.0.0.1"},
		"loopback is not trusted":       {proxies, "127.0.0.1:1", []string{"1.2.3.4"}, "127.0.0.1"},
		"another private net is not":    {proxies, "192.168.0.1:1", []string{"1.2.3.4"}, "192.168.0.1"},
		"link-local is not":             {proxies, "169.254.0.1:1", []string{"1.2.3.4"}, "169.254.0.1"},
		"an unknown private hop counts": {proxies, "10.0.0.1:1", []string{"1.2.3.4, 192.168.0.1"}, "192.168.0.1"},
		"a public peer":                 {proxies, "8.8.8.8:1", []string{"10.0.0.1"}, "8.8.8.8"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = c.peer
		r.Header["X-Forwarded-For"] = c.forwarded
		r.Header.Set("X-Real-IP", "6.6.6.6")
		r.Header.Set("Forwarded", "for=6.6.6.6")
		if got := clientAddress(c.proxies)(r); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestClient_IsHandedToTheUseCases(t *testing.T) {
	s := newStage(t, func(_ *stage, s *Settings) {
		s.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	})
	s.send(t, request("POST", "/auth/token", good, formType, "User-Agent: curl/8\xff", "X-Forwarded-For: 1.2.3.4"))
	event := s.events.last.Load()
	if event == nil || event.Client.Address != "1.2.3.4" || event.Client.UserAgent != "curl/8" {
		t.Errorf("the event is %+v, want the client's address and its cleaned User-Agent", event)
	}
}
