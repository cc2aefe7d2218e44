package httpapi

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"
)

// What clients may do with a document that they keep.
const (
	revalidate = "no-cache"
	forever    = "public, max-age=31536000, immutable"
)

// document is an answer that is the same for everybody as long as the program runs.
type document struct {
	mediaType, caching string
	plain              representation
	// gzipped is the compressed form of a document that the program holds in that form alone, or empty.
	gzipped representation
}

// representation is a document as it is sent. Those of one document have different tags (RFC 9110 §8.8.3.3).
type representation struct {
	body func() []byte
	etag string
}

// newDocument returns a document that clients ask for again each time.
func newDocument(body []byte, mediaType string) document {
	return document{mediaType: mediaType, caching: revalidate, plain: representation{
		body: func() []byte { return body }, etag: `"` + fingerprint(body) + `"`,
	}}
}

// newGzipped returns a document that clients keep, and that is held compressed, as whoever accepts that gets it. For others
// it is unpacked once, when the first of them comes.
func newGzipped(body []byte, mediaType string) document {
	tag := fingerprint(body)
	return document{
		mediaType: mediaType, caching: forever,
		plain:   representation{body: sync.OnceValue(func() []byte { return unpacked(body) }), etag: `"` + tag + `"`},
		gzipped: representation{body: func() []byte { return body }, etag: `"` + tag + `-gzip"`},
	}
}

func fingerprint(body []byte) string {
	sum := sha256.Sum256(body)
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// unpacked panics if the program was built with a broken file.
func unpacked(body []byte) []byte {
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		panic(fmt.Errorf("a file of the program is broken: %w", err))
	}
	text, err := io.ReadAll(r)
	if err != nil {
		panic(fmt.Errorf("a file of the program is broken: %w", err))
	}
	return text
}

// sendDocument writes a document as the client accepts it, or 304 to one that has it.
func (a *API) sendDocument(c echo.Context, d document) {
	header, asked := c.Response().Header(), c.Request().Header
	sent := d.plain
	if d.gzipped.body != nil {
		header.Add(echo.HeaderVary, echo.HeaderAcceptEncoding)
		if acceptsGzip(strings.Join(asked.Values(echo.HeaderAcceptEncoding), ",")) {
			header.Set(echo.HeaderContentEncoding, "gzip")
			sent = d.gzipped
		}
	}
	header.Set("ETag", sent.etag)
	header.Set(echo.HeaderCacheControl, d.caching)
	if sent.isNamed(asked.Get("If-None-Match")) {
		header.Del(echo.HeaderContentEncoding)
		a.sendEmpty(c, http.StatusNotModified)
		return
	}
	a.sendAs(c, http.StatusOK, d.mediaType, sent.body())
}

// isNamed reports whether the tag is in an If-None-Match (RFC 9110 §13.1.2). A proxy that compresses makes it a weak one.
func (r representation) isNamed(tags string) bool {
	for tag := range strings.SplitSeq(tags, ",") {
		tag = strings.TrimSpace(tag)
		if tag == "*" || strings.TrimPrefix(tag, "W/") == r.etag {
			return true
		}
	}
	return false
}

// acceptsGzip reports whether an Accept-Encoding names gzip with a weight above 0 (RFC 9110 §12.5.3). Everybody accepts a
// document that is not compressed.
func acceptsGzip(encodings string) bool {
	for encoding := range strings.SplitSeq(encodings, ",") {
		name, parameter, weighted := strings.Cut(encoding, ";")
		if !strings.EqualFold(strings.TrimSpace(name), "gzip") {
			continue
		}
		_, q, _ := strings.Cut(parameter, "=")
		weight, err := strconv.ParseFloat(strings.TrimSpace(q), 64)
		return !weighted || err == nil && weight > 0
	}
	return false
}
