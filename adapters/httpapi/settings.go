package httpapi

import (
	"net/netip"
	"time"
)

// Settings is what an operator decides about the HTTP surface, and its limits.
type Settings struct {
	// Address is where to listen, as in net.Listen.
	Address string
	// MetricsAddress is where to listen for those who collect metrics, "" for where the API is.
	MetricsAddress string
	// CertFile and KeyFile name PEM files. HTTPS is served when both are set.
	CertFile, KeyFile string
	// TrustedProxies are the networks whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix
	// Issuer is what the tokens say of who made them, "" for nothing.
	Issuer string
	// Origins are the web origins whose pages may call the API from another site.
	Origins []string
	// Cookie says whether tokens are also handed out, and taken, as a cookie.
	Cookie bool
	// RetryAfter is what a client that got 503 is told to wait, in whole seconds.
	RetryAfter int

	// MaxConnections is how many connections may be open, 0 for any number. More are told to come again.
	MaxConnections int
	// BodyLimit is the size of the largest body that is read, in bytes.
	BodyLimit int64
	// HeaderLimit is about the size of the largest request line and header that are read, in bytes.
	HeaderLimit int
	// HeaderTimeout and ReadTimeout bound how long a client may take to send the header, and all of its request.
	HeaderTimeout, ReadTimeout time.Duration
	// WriteTimeout bounds how long an answer may take, and IdleTimeout how long a connection may wait for a request.
	WriteTimeout, IdleTimeout time.Duration
	// ReadyTimeout bounds the question whether the service can serve.
	ReadyTimeout time.Duration
	// DrainDelay is how long a draining server still takes new requests, so that clients and proxies learn of it.
	DrainDelay time.Duration
	// LastAnswers is how long requests that the end of a drain breaks off have to be answered that they are to come again.
	LastAnswers time.Duration
}

// DefaultBodyLimit is the size of the largest body that is read, in bytes: a login form with room to spare.
const DefaultBodyLimit = 64 << 10

// DefaultSettings returns the limits the service runs with.
func DefaultSettings() Settings {
	return Settings{
		BodyLimit: DefaultBodyLimit,
		// The original answered 401 to a token of 70 KiB, so such a header must reach the handler.
		HeaderLimit:   96 << 10,
		HeaderTimeout: 5 * time.Second,
		ReadTimeout:   10 * time.Second,
		// A login waits for its turn to hash.
		WriteTimeout: 30 * time.Second,
		IdleTimeout:  2 * time.Minute,
		ReadyTimeout: 3 * time.Second,
		LastAnswers:  time.Second,
	}
}

// otherFiles is how many files may be open besides connections of clients and of the store: the log, the database's files,
// those that are read again while the service runs, and the connections that are being turned away.
const otherFiles = 96 + doorwaySize

// maxConnections returns how many of so many files may be connections of clients, where the store may have storeConns of
// its own: a service that has none left for its store could serve nobody.
func maxConnections(files, storeConns int) int {
	return max(files-otherFiles-storeConns, files/2, 1)
}

// RetryAfter returns how many whole seconds a client waits before it comes again after a 503: fewer than grace lasts,
// since the refresh that got no answer may have taken place.
func RetryAfter(grace time.Duration) int {
	if grace > time.Second {
		return 1
	}
	return 0
}
