package httpapi

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// hangUp serves a request whose client hangs up when the store is called for the nth time. Every call from then on fails
// that was to end with the client.
func (s *stage) hangUp(t *testing.T, nth int, r *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	ctx, hangUp := context.WithCancel(t.Context())
	calls := 0
	s.call = func(ctx context.Context) error {
		if calls++; calls == nth {
			hangUp()
		}
		return ctx.Err()
	}
	answer := httptest.NewRecorder()
	s.server.api.ServeHTTP(answer, r.WithContext(ctx))
	if calls < nth {
		t.Fatalf("the store was called %d times, want %d", calls, nth)
	}
	s.call = func(context.Context) error { return nil }
	return answer
}

func bodied(method, target, token, contentType, body string) *http.Request {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", contentType)
	return r
}

func TestHungUp_WhatWasAskedForTakesPlaceOnceItBegan(t *testing.T) {
	const urlencoded = "application/x-www-form-urlencoded"
	for name, c := range map[string]struct {
		nth  int
		make func(s *stage, token string) *http.Request
	}{
		"logout": {1, func(_ *stage, token string) *http.Request {
			return bodied("POST", "/auth/logout", token, "", "")
		}},
		"revoke": {1, func(_ *stage, token string) *http.Request {
			return bodied("POST", "/auth/revoke", token, urlencoded, "token="+token)
		}},
		"end a session": {3, func(s *stage, token string) *http.Request {
			return bodied("DELETE", "/auth/sessions/"+s.listed(t, token)[0].ID, token, "", "")
		}},
		"change the password": {3, func(s *stage, token string) *http.Request {
			body := `{"current_password":"` + password + `","new_password":"another password"}`
			return bodied("PUT", "/auth/password", s.logIn(t), "application/json", body)
		}},
	} {
		s := newStage(t, nil)
		token := s.logIn(t)
		s.hangUp(t, c.nth, c.make(s, token))
		if s.isLoggedIn(t, token) {
			t.Errorf("%s: the session goes on", name)
		}
	}
}

func TestHungUp_AQuestionThatNobodyWaitsForIsNoFault(t *testing.T) {
	s := newStage(t, nil)
	token := s.logIn(t)
	for _, path := range []string{"/auth/me", "/auth/sessions"} {
		for nth := range 2 {
			s.logs.TakeAll()
			answer := s.hangUp(t, nth+1, bodied("GET", path, token, "", ""))
			line := s.logged(t, 1)[0]
			if line.Level.String() != "info" || line.ContextMap()["status"] != int64(statusHungUp) {
				t.Errorf("%s: logged %v at %v, want 499 at info", path, line.ContextMap(), line.Level)
			}
			if answer.Code == http.StatusOK || answer.Code == http.StatusUnauthorized {
				t.Errorf("%s: %d, want neither an answer nor a refusal", path, answer.Code)
			}
		}
	}
}
