package jwtsign

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// claimNames are the claims that mean something here.
var claimNames = []string{"sub", "exp", "iat", "nbf", "jti", "sid", "uid", "iss", "aud"}

// lastSecond is the end of the year 9999, the last that RFC 3339 and the databases can write.
const lastSecond = 253402300799

// readClaims returns what a payload says. No claim may be null, nor a number written as a string.
func readClaims(text []byte) (domain.Claims, bool) {
	if c, ok := readPlain(string(text)); ok {
		return c, true
	}
	return readAnyClaims(text)
}

// readAnyClaims knows all of JSON. What readPlain reads, it reads alike.
func readAnyClaims(text []byte) (domain.Claims, bool) {
	o, ok := readObject(text, claimNames)
	if !ok {
		return domain.Claims{}, false
	}
	c := domain.Claims{
		Subject:   o.text("sub"),
		SessionID: o.text("sid"),
		UserID:    o.text("uid"),
		ID:        domain.TokenID(o.text("jti")),
		ExpiresAt: o.instant("exp"),
		IssuedAt:  o.instant("iat"),
		NotBefore: o.instant("nbf"),
		Issuer:    o.text("iss"),
		Audience:  o.texts("aud"),
	}
	if c.Untracked() {
		c.UserID, c.ID = "", ""
	}
	return c, !o.wrong && sayable(c)
}

// sayable reports whether a token can say c and be read again: it is complete, and has no text that a store could not
// keep.
func sayable(c domain.Claims) bool {
	if !complete(c) {
		return false
	}
	for _, text := range []string{c.Subject, c.SessionID, c.UserID, string(c.ID), c.Issuer} {
		if !domain.CleanText(text, domain.MaxTokenLength) {
			return false
		}
	}
	return !slices.ContainsFunc(c.Audience, func(text string) bool {
		return text == "" || !domain.CleanText(text, domain.MaxTokenLength)
	})
}

// complete reports whether c says whom it is for and until when, all or nothing of a session, and no time that a store
// could not write.
func complete(c domain.Claims) bool {
	tracked := !c.Untracked()
	if (c.ID != "") != tracked || (c.UserID != "") != tracked || c.Subject == "" || c.ExpiresAt.IsZero() {
		return false
	}
	return writable(c.ExpiresAt) && writable(c.IssuedAt) && writable(c.NotBefore)
}

func writable(t time.Time) bool { return t.IsZero() || t.Unix() >= 0 && t.Unix() <= lastSecond }

// instant returns a NumericDate member without its fraction of a second, and the zero time if there is none.
func (o *object) instant(name string) time.Time {
	if !o.has(name) {
		return time.Time{}
	}
	seconds, ok := wholeSeconds(string(o.members[name]))
	if !ok {
		o.wrong = true
	}
	return time.Unix(seconds, 0).UTC()
}

// wholeSeconds cuts the fraction off a JSON number that is not negative; any other JSON value is wrong. Without an
// exponent it is cut as text, since a float64 would round the last microseconds of a second up.
func wholeSeconds(number string) (int64, bool) {
	whole, _, _ := strings.Cut(number, ".")
	if strings.ContainsAny(number, "eE") {
		f, err := strconv.ParseFloat(number, 64)
		if err != nil {
			return 0, false
		}
		whole = strconv.FormatFloat(math.Floor(f), 'f', 0, 64)
	}
	seconds, err := strconv.ParseInt(whole, 10, 64)
	return seconds, err == nil && number[0] != '-'
}
