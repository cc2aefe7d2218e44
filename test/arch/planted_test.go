package arch_test

import "testing"

// The rules are worth nothing if they object to nothing, so each kind of breach is tried.
func TestRules_ObjectToPlantedImports(t *testing.T) {
	for _, planted := range []struct{ folder, name, path string }{
		{"domain", "session.go", module + "/ports"},
		{"domain", "session.go", "log/slog"},
		{"domain", "session.go", "github.com/google/uuid"},
		{"ports", "sessions.go", "database/sql"},
		{"application", "login.go", module + "/adapters/memory"},
		{"application", "login.go", module + "/configs"},
		{"application", "login.go", "net/http"},
		{"application", "login.go", "go.uber.org/zap"},
		{"adapters/httpapi", "api.go", module + "/ports"},
		{"adapters/httpapi", "api.go", module + "/adapters/gormstore"},
		{"adapters/httpapi", "metrics.go", "github.com/prometheus/client_golang/prometheus"},
		{"adapters/httpapi", "metrics.go", module + "/adapters/metrics"},
		{"adapters/metrics", "meter.go", module + "/application"},
		{"adapters/gormstore", "session_store.go", "gorm.io/driver/postgres"},
		{"adapters/postgres", "open.go", module + "/adapters/sqlite"},
		{"adapters/mysql", "database.go", "github.com/jackc/pgx/v5"},
		{"adapters/gormstore", "rotation.go", "github.com/go-sql-driver/mysql"},
		{"adapters/jwtsign", "signer.go", "go.uber.org/fx"},
		{"adapters/jwtsign", "key.go", "go.uber.org/fx/fxevent"},
		{"adapters/sqlite", "open.go", "C"},
		{"cmd/vidaplus-auth", "app.go", module + "/test/pg"},
		{"cmd/vidaplus-auth", "app.go", "github.com/google/uuid"},
		{"test/contract", "sessions.go", module + "/adapters/memory"},
		{"test/e2e", "login_test.go", module + "/domain"},
	} {
		s := source{folder: planted.folder, name: planted.name, imports: []string{planted.path}}
		if len(s.breaches()) != 1 {
			t.Errorf("%s may import %s, want an objection", s.path(), planted.path)
		}
	}
}

func TestRules_AllowWhatTheHouseNeeds(t *testing.T) {
	for _, needed := range []struct{ folder, name, path string }{
		{"domain", "token.go", "crypto/sha256"},
		{"application", "login.go", module + "/ports"},
		{"adapters/postgres", "open.go", module + "/adapters/gormstore"},
		{"adapters/postgres", "open.go", "github.com/jackc/pgx/v5/pgxpool"},
		{"adapters/jwtsign", "module.go", "go.uber.org/fx"},
		{"adapters/memory", "storage_test.go", module + "/test/contract"},
		{"cmd/vidaplus-auth", "app.go", "go.uber.org/fx"},
		{"cmd/vidaplus-auth", "app.go", module + "/adapters/httpapi"},
	} {
		s := source{folder: needed.folder, name: needed.name, imports: []string{needed.path}}
		for _, breach := range s.breaches() {
			t.Error(breach)
		}
	}
}
