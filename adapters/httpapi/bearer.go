package httpapi

import (
	"net/http"
	"strings"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// bearer returns the token in the first Authorization header: everything after the first space behind the word Bearer
// in any letter case. A token is taken from nowhere else (RFC 6750 §2.2 and §2.3 are not offered).
// errNotAuthenticated if there are no bearer credentials, domain.ErrTokenInvalid if what follows cannot be a token.
func bearer(header http.Header) (string, error) {
	scheme, token, _ := strings.Cut(header.Get("Authorization"), " ")
	switch {
	case !strings.EqualFold(scheme, "bearer"):
		return "", errNotAuthenticated
	case !domain.WellFormed(token):
		return "", domain.ErrTokenInvalid
	default:
		return token, nil
	}
}
