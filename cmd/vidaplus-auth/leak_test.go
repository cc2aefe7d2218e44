package main

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/fx"
	"go.uber.org/goleak"

	"github.com/vidaplus/vidaplus-auth/adapters/httpapi"
	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/configs"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/test/pg"
)

func TestService_LeavesNoGoroutineBehind(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { leavesNothing(t, "sqlite:"+filepath.Join(t.TempDir(), "vidaplus.db")) })
	t.Run("PostgreSQL", func(t *testing.T) { leavesNothing(t, pg.Database(t)) })
}

// leavesNothing serves a little, twice, and looks for what runs on after the stop.
func leavesNothing(t *testing.T, database string) {
	before := goleak.IgnoreCurrent()
	for range 2 {
		c, err := configs.Load([]string{
			"DATABASE_URL=" + database, "SECRET_KEY=a key of at least thirty-two bytes, for tests", "MIGRATE_ON_START=true",
			"HTTP_ADDR=127.0.0.1:0", "METRICS_ADDR=127.0.0.1:0", "PASSWORD_HASH=m=256,t=1,p=1", "LOG_LEVEL=error",
		}, t.TempDir(), false)
		if err != nil {
			t.Fatal(err)
		}
		var server *httpapi.Server
		var add *application.AddUser
		app := fx.New(service(t.Context(), c), fx.Populate(&server, &add))
		if err := run(t.Context(), app, func(ctx context.Context) error { return visit(ctx, t, server.Addr().String(), add) }); err != nil {
			t.Fatal(err)
		}
	}
	goleak.VerifyNone(t, before)
}

// visit has every part of the service at work: it logs in, refreshes over several connections at once, and leaves a
// connection open.
func visit(ctx context.Context, t *testing.T, address string, add *application.AddUser) error {
	t.Helper()
	_, _ = add.Do(ctx, "maria@example.com", "Maria", false, domain.NewSecret("correct horse battery"))
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Timeout: 10 * time.Second}
	form := url.Values{"username": {"maria@example.com"}, "password": {"correct horse battery"}}
	for range 3 {
		response, err := client.PostForm("http://"+address+"/auth/token", form)
		if err != nil {
			return err
		}
		body, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		_, token, found := strings.Cut(string(body), `"access_token":"`)
		if !found {
			t.Fatalf("a log-in is answered %d %s", response.StatusCode, body)
		}
		token, _, _ = strings.Cut(token, `"`)
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+address+"/auth/token/refresh_token", http.NoBody)
		if err != nil {
			return err
		}
		request.Header.Set("Authorization", "Bearer "+token)
		answer, err := client.Do(request)
		if err != nil {
			return err
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			t.Errorf("a refresh is answered %d", answer.StatusCode)
		}
	}
	return nil
}
