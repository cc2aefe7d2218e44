package httpapi

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// putPassword answers PUT /auth/password. Both passwords go to the use case exactly as they came.
func (a *API) putPassword(c echo.Context) error {
	raw, err := a.credentials(c)
	if err != nil {
		return err
	}
	change, err := a.readPasswordChange(c)
	if err != nil {
		return a.unlessRefused(c, raw, err)
	}
	if err := a.do.ChangePassword.Do(c.Request().Context(), raw, change.present, change.next, client(c)); err != nil {
		return err
	}
	a.sendEmpty(c, http.StatusNoContent)
	return nil
}

type passwordChange struct{ present, next domain.Secret }

// readPasswordChange reads the JSON body. An invalid lists everything that is wrong, and repeats nothing: whatever is
// there could be a password.
func (a *API) readPasswordChange(c echo.Context) (passwordChange, error) {
	body, err := a.readBody(c)
	switch {
	case err != nil:
		return passwordChange{}, err
	case len(body) == 0:
		return passwordChange{}, found(errJSONInvalid, missing(in("body")))
	case !isJSON(mediaType(c)):
		return passwordChange{}, errNotObject
	default:
		return parsePasswordChange(body)
	}
}

func isJSON(mediaType string) bool {
	name, isApplication := strings.CutPrefix(mediaType, "application/")
	return isApplication && (name == "json" || strings.HasSuffix(name, "+json"))
}

func parsePasswordChange(body []byte) (passwordChange, error) {
	object, err := parseObject(body)
	if err != nil {
		return passwordChange{}, err
	}
	present, wrong := object.text("current_password")
	next, alsoWrong := object.text("new_password")
	return passwordChange{present: domain.NewSecret(present), next: domain.NewSecret(next)},
		found(errJSONInvalid, append(wrong, alsoWrong...)...)
}
