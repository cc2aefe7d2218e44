package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/golang-jwt/jwt/v5"
	"github.com/labstack/echo/v4"
)

func token(t *testing.T, key string) string {
	t.Helper()
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims{SessionID: "s"}).SignedString([]byte(key))
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func status(t *testing.T, raw string, store swap) int {
	t.Helper()
	request := httptest.NewRequest(http.MethodPost, "/", http.NoBody)
	request.Header.Set("Authorization", "Bearer "+raw)
	answer := httptest.NewRecorder()
	if err := refresh(echo.New().NewContext(request, answer), store); err != nil {
		t.Fatal(err)
	}
	return answer.Code
}

func TestRefresh_ChecksTheTokenAndAsksTheStore(t *testing.T) {
	*key = "a key"
	always := func(answer bool) swap {
		return func(context.Context, string, string, string) (bool, error) { return answer, nil }
	}
	if got := status(t, token(t, *key), always(true)); got != http.StatusOK {
		t.Errorf("%d for a current token, want 200", got)
	}
	if got := status(t, token(t, *key), always(false)); got != http.StatusUnauthorized {
		t.Errorf("%d for a replaced token, want 401", got)
	}
	if got := status(t, token(t, "another"), always(true)); got != http.StatusUnauthorized {
		t.Errorf("%d for a forged token, want 401", got)
	}
}

func TestGather_TakesWhatWaitsAndNoMoreThanItMay(t *testing.T) {
	waiting := make(chan rotation, 2*atOnce)
	for range atOnce + 5 {
		waiting <- rotation{}
	}
	if n := len(gather(rotation{}, waiting)); n != atOnce {
		t.Errorf("%d share a statement, want %d", n, atOnce)
	}
	if n := len(gather(rotation{}, waiting)); n != 7 {
		t.Errorf("%d share a statement, want the 6 that were left and the first", n)
	}
}

func TestOpen_RefusesAKindItDoesNotKnow(t *testing.T) {
	if _, err := open("fastest", ""); err == nil {
		t.Error("no error, want one")
	}
}
