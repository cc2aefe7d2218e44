package httpapi

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// introspection is what RFC 7662 §2.2 calls the introspection response.
type introspection struct {
	Active    bool     `json:"active"`
	Subject   jsonText `json:"sub"`
	ExpiresAt int64    `json:"exp"`
	IssuedAt  int64    `json:"iat,omitempty"`
	ID        string   `json:"jti"`
	SessionID string   `json:"sid"`
	UserID    string   `json:"uid"`
	Issuer    jsonText `json:"iss,omitempty"`
	// Audience is a list only where there is more than one, as in the token.
	Audience  any    `json:"aud,omitempty"`
	TokenType string `json:"token_type"`
}

// notActive says nothing else of a token, so that nobody learns why (RFC 7662 §2.2).
var notActive = []byte(`{"active":false}`)

// postIntrospect answers POST /auth/introspect (RFC 7662).
func (a *API) postIntrospect(c echo.Context) error {
	if err := a.authenticateClient(c); err != nil {
		return err
	}
	raw, err := a.readToken(c)
	if err != nil {
		return err
	}
	claims, active, err := a.do.Introspect.Do(c.Request().Context(), raw)
	if err != nil {
		return err
	}
	if !active {
		a.send(c, http.StatusOK, notActive)
		return nil
	}
	a.send(c, http.StatusOK, encode(introspectionOf(claims)))
	return nil
}

func introspectionOf(claims domain.Claims) introspection {
	i := introspection{
		Active: true, Subject: jsonText(claims.Subject), ExpiresAt: claims.ExpiresAt.Unix(), ID: string(claims.ID),
		SessionID: claims.SessionID, UserID: claims.UserID, Issuer: jsonText(claims.Issuer), TokenType: "bearer",
	}
	if !claims.IssuedAt.IsZero() {
		i.IssuedAt = claims.IssuedAt.Unix()
	}
	switch len(claims.Audience) {
	case 0:
	case 1:
		i.Audience = jsonText(claims.Audience[0])
	default:
		i.Audience = claims.Audience
	}
	return i
}

// authenticateClient returns nil if the request comes with the HTTP Basic credentials of a client, and otherwise what
// AuthenticateClient.Do does. Whoever sends none has guessed nothing.
func (a *API) authenticateClient(c echo.Context) error {
	id, secret, ok := c.Request().BasicAuth()
	if !ok {
		return domain.ErrClientUnknown
	}
	// RFC 6749 §2.3.1 wants both written as in a form before they are joined, and many clients leave them as they are.
	return a.do.AuthenticateClient.Do(c.Request().Context(), client(c),
		domain.ClientCredentials{ID: id, Secret: domain.NewSecret(secret)},
		domain.ClientCredentials{ID: unescape(id), Secret: domain.NewSecret(unescape(secret))})
}

// readToken returns the token of the form that RFC 7662 §2.1 and RFC 7009 §2.1 define; a token in the query would stand
// in logs. What else is in the form, token_type_hint too, means nothing. errInvalidRequest, errTooLarge or errTooSlow.
func (a *API) readToken(c echo.Context) (string, error) {
	body, err := a.readBody(c)
	switch {
	case errors.Is(err, errBadBody):
		return "", errInvalidRequest
	case err != nil:
		return "", err
	case mediaType(c) != echo.MIMEApplicationForm:
		return "", errInvalidRequest
	}
	tokens := values(string(body), "token")
	if len(tokens) != 1 || tokens[0] == "" {
		return "", errInvalidRequest
	}
	return tokens[0], nil
}
