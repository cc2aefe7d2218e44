package jwtsign

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// claimNames are the claims that mean something here.
var claimNames = []string{"sub", "exp", "iat", "nbf", "jti", "sid", "uid", "iss", "aud"}

// lastSecond is the end of the year 9999, the last that RFC 3339 and the databases can write.
const lastSecond = 253402300799

// payload is what Sign writes. The times of jwt.RegisteredClaims are written as whole seconds.
type payload struct {
	jwt.RegisteredClaims
	// Audience takes the place of the embedded one, which is always written as a list. RFC 7519 §4.1.3 allows a
	// plain string for one audience, and some readers understand nothing else.
	Audience  any    `json:"aud,omitempty"`
	SessionID string `json:"sid,omitempty"`
	UserID    string `json:"uid,omitempty"`
}

func newPayload(c domain.Claims) payload {
	p := payload{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer:    c.Issuer,
			Subject:   c.Subject,
			ExpiresAt: numericDate(c.ExpiresAt),
			NotBefore: numericDate(c.NotBefore),
			IssuedAt:  numericDate(c.IssuedAt),
			ID:        string(c.ID),
		},
		SessionID: c.SessionID,
		UserID:    c.UserID,
	}
	switch len(c.Audience) {
	case 0:
	case 1:
		p.Audience = c.Audience[0]
	default:
		p.Audience = c.Audience
	}
	return p
}

func numericDate(t time.Time) *jwt.NumericDate {
	if t.IsZero() {
		return nil
	}
	return jwt.NewNumericDate(t)
}

// readClaims returns what a payload says. No claim may be null, nor a number written as a string.
func readClaims(text []byte) (domain.Claims, bool) {
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

// sayable reports whether a token can say c and be read again: whom it is for and until when, all or nothing of a
// session, no text that a store could not keep, no time that a store could not write.
func sayable(c domain.Claims) bool {
	tracked := !c.Untracked()
	if (c.ID != "") != tracked || (c.UserID != "") != tracked || c.Subject == "" || c.ExpiresAt.IsZero() {
		return false
	}
	for _, text := range []string{c.Subject, c.SessionID, c.UserID, string(c.ID), c.Issuer} {
		if !domain.CleanText(text, domain.MaxTokenLength) {
			return false
		}
	}
	for _, t := range []time.Time{c.ExpiresAt, c.IssuedAt, c.NotBefore} {
		if !t.IsZero() && (t.Unix() < 0 || t.Unix() > lastSecond) {
			return false
		}
	}
	return !slices.ContainsFunc(c.Audience, func(text string) bool {
		return text == "" || !domain.CleanText(text, domain.MaxTokenLength)
	})
}

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
