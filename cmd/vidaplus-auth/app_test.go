package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"go.uber.org/fx"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/adapters/otel"
	"github.com/vidaplus/vidaplus-auth/configs"
	"github.com/vidaplus/vidaplus-auth/test/contract"
)

// databases holds a URL for each store on the menu. Nothing connects to them.
var databases = map[string]string{
	configs.SQLite:   "sqlite:vidaplus.db",
	configs.Postgres: "postgres://vidaplus@127.0.0.1/vidaplus",
	configs.MySQL:    "mysql://vidaplus@127.0.0.1/vidaplus",
}

func TestProgram_IsWholeWithEveryStoreOnTheMenu(t *testing.T) {
	for engine := range stores {
		t.Run(engine, func(t *testing.T) {
			c, err := configs.Load([]string{
				"DATABASE_URL=" + databases[engine], "SECRET_KEY=a key of at least thirty-two bytes, for tests",
			}, t.TempDir(), false)
			if err != nil {
				t.Fatal(err)
			}
			if err := fx.ValidateApp(service(t.Context(), c)); err != nil {
				t.Errorf("the service: %v", err)
			}
			if err := fx.ValidateApp(core(t.Context(), c), fx.Invoke(func(gormstore.Engine) {})); err != nil {
				t.Errorf("the commands: %v", err)
			}
		})
	}
}

func TestProgram_IsNotWholeWithSomethingThatNobodyProvides(t *testing.T) {
	c, err := configs.Load(nil, t.TempDir(), false)
	if err != nil {
		t.Fatal(err)
	}
	type nobodys struct{}
	if err := fx.ValidateApp(core(t.Context(), c), fx.Invoke(func(nobodys) {})); err == nil {
		t.Error("what nobody provides was found, so the test above cannot fail")
	}
}

// TestTracing_IsNowhereWithoutACollector shows why it costs nothing then: there is nothing that could.
func TestTracing_IsNowhereWithoutACollector(t *testing.T) {
	const endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318"
	for environ, want := range map[string]bool{
		"": false, endpoint: true, endpoint + " OTEL_TRACES_EXPORTER=otlp OTEL_SDK_DISABLED=false": true,
		endpoint + " OTEL_TRACES_EXPORTER=none": false, endpoint + " OTEL_SDK_DISABLED=true": false,
	} {
		c, err := configs.Load(strings.Fields(environ), t.TempDir(), false)
		if err != nil {
			t.Fatal(err)
		}
		var traces *otel.Traces
		var statements pgx.QueryTracer
		if err := fx.New(core(t.Context(), c), fx.Populate(&traces, &statements), fx.NopLogger).Err(); err != nil {
			t.Fatal(err)
		}
		next := http.NewServeMux()
		wrapped := traces.Wrap(next, func(*http.Request) bool { return false }) != http.Handler(next)
		if wrapped != want || (statements != nil) != want {
			t.Errorf("with %q requests are followed: %v, and statements: %v, want %v", environ, wrapped, statements != nil, want)
		}
	}
}

func TestClock_KeepsTheContract(t *testing.T) { contract.Clock(t, clock()) }
