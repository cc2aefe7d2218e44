package main

import (
	"crypto/rand"
	"net/http"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/labstack/echo/v4"
)

// claims are those that ours has, so that both handle tokens of the same size.
type claims struct {
	jwt.RegisteredClaims
	SessionID string `json:"sid"`
	UserID    string `json:"uid"`
}

const lifetime = 30 * time.Minute

func refresh(c echo.Context, store swap) error {
	raw := strings.TrimPrefix(c.Request().Header.Get(echo.HeaderAuthorization), "Bearer ")
	var presented claims
	_, err := jwt.ParseWithClaims(raw, &presented, func(*jwt.Token) (any, error) { return []byte(*key), nil },
		jwt.WithValidMethods([]string{"HS256"}))
	if err != nil {
		return refused(c)
	}
	next := "1." + rand.Text()[:22]
	switch swapped, err := store(c.Request().Context(), presented.SessionID, presented.ID, next); {
	case err != nil:
		return err
	case !swapped:
		return refused(c)
	}
	return grant(c, presented, next)
}

func refused(c echo.Context) error {
	return c.JSON(http.StatusUnauthorized, map[string]string{"detail": "Could not validate credentials"})
}

func grant(c echo.Context, presented claims, next string) error {
	now := time.Now()
	presented.ID = next
	presented.IssuedAt, presented.ExpiresAt = jwt.NewNumericDate(now), jwt.NewNumericDate(now.Add(lifetime))
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, presented).SignedString([]byte(*key))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]string{"access_token": token, "token_type": "bearer"})
}
