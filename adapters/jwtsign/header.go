package jwtsign

// headerNames are the header parameters that are understood, or refused.
var headerNames = []string{"alg", "typ", "kid", "crit", "b64"}

// readHeader returns the algorithm that an encoded header names. Parameters it does not know are ignored, as RFC 7515
// §4 asks, and so is kid, of any type: no HMAC key of ours has a name.
func readHeader(encoded string) (alg string, ok bool) {
	text, err := segments.DecodeSegment(encoded)
	if err != nil {
		return "", false
	}
	header, ok := readObject(text, headerNames)
	// RFC 7515 §4.1.11: an extension marked critical must be understood, and none is. RFC 7797: b64 changes what is
	// signed; it must be marked critical, and is refused also where it is not.
	if !ok || header.has("crit") || header.has("b64") || header.has("typ") && !header.isText("typ") {
		return "", false
	}
	return header.text("alg"), !header.wrong
}
