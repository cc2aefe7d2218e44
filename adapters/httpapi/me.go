package httpapi

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

type userJSON struct {
	ID        string   `json:"id"`
	Email     jsonText `json:"email"`
	Name      jsonText `json:"name"`
	Admin     bool     `json:"admin"`
	CreatedAt string   `json:"created_at"`
}

// getMe answers GET /auth/me.
func (a *API) getMe(c echo.Context) error {
	raw, err := a.credentials(c)
	if err != nil {
		return err
	}
	user, err := a.do.ShowCaller.Do(c.Request().Context(), raw, client(c))
	if err != nil {
		return err
	}
	a.send(c, http.StatusOK, encode(userJSON{
		ID: user.ID, Email: jsonText(user.Email), Name: jsonText(user.Name), Admin: user.Admin,
		CreatedAt: instant(user.CreatedAt),
	}))
	return nil
}
