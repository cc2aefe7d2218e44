package jwtsign

import "github.com/vidaplus/vidaplus-auth/domain"

// headerNames are the header parameters that are understood, or refused.
var headerNames = []string{"alg", "typ", "kid", "crit", "b64"}

// header is what a token says of how it was signed. Where else the key could be found (jku, jwk, x5u, x5c) is not
// looked at: whoever made the token chose it (RFC 8725 §3.10).
type header struct {
	alg string
	// kid is "" for HS256, whose keys have no name.
	kid string
}

// readHeader returns what an encoded header says. Parameters it does not know are ignored, as RFC 7515 §4 asks, and so
// is the kid of an HMAC token, of any type: the original's may have one.
func readHeader(encoded string) (header, bool) {
	text, err := strict.DecodeSegment(encoded)
	if err != nil {
		return header{}, false
	}
	o, ok := readObject(text, headerNames)
	// RFC 7515 §4.1.11: an extension marked critical must be understood, and none is. RFC 7797: b64 changes what is
	// signed; it must be marked critical, and is refused also where it is not.
	if !ok || o.has("crit") || o.has("b64") || o.has("typ") && !o.isText("typ") {
		return header{}, false
	}
	h := header{alg: o.text("alg")}
	if h.alg != domain.HS256 {
		h.kid = o.text("kid")
	}
	return h, !o.wrong && (h.alg == domain.HS256 || h.kid != "")
}

// thumbprintLength is the length of a SHA-256 hash in unpadded base64url.
const thumbprintLength = 43

// namesAKey reports whether a key pair could exist that the header names.
func (h header) namesAKey() bool {
	return methods[h.alg] != nil && h.alg != domain.HS256 && len(h.kid) == thumbprintLength
}
