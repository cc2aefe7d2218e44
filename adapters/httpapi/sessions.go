package httpapi

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// sessionJSON is a session as its user sees it. No token of it has a place here.
type sessionJSON struct {
	ID          string   `json:"id"`
	CreatedAt   string   `json:"created_at"`
	RefreshedAt string   `json:"refreshed_at"`
	ExpiresAt   string   `json:"expires_at"`
	UserAgent   jsonText `json:"user_agent"`
	IP          jsonText `json:"ip"`
	Current     bool     `json:"current"`
}

// getSessions answers GET /auth/sessions.
func (a *API) getSessions(c echo.Context) error {
	raw, err := a.credentials(c)
	if err != nil {
		return err
	}
	sessions, own, err := a.do.ListOwnSessions.Do(c.Request().Context(), raw, client(c))
	if err != nil {
		return err
	}
	list := make([]sessionJSON, len(sessions))
	for i, s := range sessions {
		list[i] = sessionOf(s, own)
	}
	a.send(c, http.StatusOK, encode(list))
	return nil
}

func sessionOf(s domain.Session, own string) sessionJSON {
	return sessionJSON{
		ID: s.ID, CreatedAt: instant(s.CreatedAt), RefreshedAt: instant(s.Current.IssuedAt),
		ExpiresAt: instant(s.Current.ExpiresAt), UserAgent: jsonText(s.Client.UserAgent),
		IP: jsonText(s.Client.Address), Current: s.ID == own,
	}
}

// deleteSession answers DELETE /auth/sessions/{id}. The body means nothing. An id with an escaped slash is compared as it
// came, any other as what it says: none of ours has anything to escape.
func (a *API) deleteSession(c echo.Context) error {
	raw, err := a.credentials(c)
	if err != nil {
		return err
	}
	leaveSmallBody(c)
	own, err := a.do.EndOwnSession.Do(c.Request().Context(), raw, c.Param("id"), client(c))
	if err != nil {
		return err
	}
	if own {
		a.forgetCookie(c)
	}
	a.sendEmpty(c, http.StatusNoContent)
	return nil
}
