package httpapi

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// What clients may do with a document that they keep.
const (
	revalidate = "no-cache"
	forever    = "public, max-age=31536000, immutable"
)

// document is an answer that is the same for everybody as long as the program runs.
type document struct {
	body                     []byte
	mediaType, caching, etag string
}

func newDocument(body []byte, mediaType, caching string) document {
	sum := sha256.Sum256(body)
	return document{
		body: body, mediaType: mediaType, caching: caching,
		etag: `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`,
	}
}

// sendDocument writes a document, or 304 to a client that has it.
func (a *API) sendDocument(c echo.Context, d document) {
	header := c.Response().Header()
	header.Set("ETag", d.etag)
	header.Set(echo.HeaderCacheControl, d.caching)
	if d.isNamed(c.Request().Header.Get("If-None-Match")) {
		a.sendEmpty(c, http.StatusNotModified)
		return
	}
	a.sendAs(c, http.StatusOK, d.mediaType, d.body)
}

// isNamed reports whether the tag is in an If-None-Match (RFC 9110 §13.1.2). A proxy that compresses makes it a weak one.
func (d document) isNamed(tags string) bool {
	for tag := range strings.SplitSeq(tags, ",") {
		tag = strings.TrimSpace(tag)
		if tag == "*" || strings.TrimPrefix(tag, "W/") == d.etag {
			return true
		}
	}
	return false
}
