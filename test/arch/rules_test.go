package arch_test

// rule says what the Go files of one folder may import. Test files may import anything unless the rule says that it
// holds for them too.
type rule struct {
	// why is the reason: it ends the message of every breach.
	why string
	// ours lists folders of this module, theirs import paths outside it. What is below an entry is meant too.
	ours   []string
	theirs []string
	// barred lists what the folder may not have of the standard library.
	barred []string
	// tests says that the rule holds for test files too.
	tests bool
}

// outside is the standard library's share of input, output and logging.
var outside = []string{"net/http", "database/sql", "os", "log", "syscall"}

var rules = map[string]rule{
	"domain": {
		barred: outside,
		why:    "the rules decide from their arguments alone, whatever surrounds them",
	},
	"ports": {
		ours:   []string{"domain"},
		barred: outside,
		why:    "a port that names a technology can have no second adapter",
	},
	"application": {
		ours:   []string{"domain", "ports"},
		barred: outside,
		why:    "a use case knows what it needs, never who provides it, so it can be tried over memory",
	},
	"configs": {
		ours:   []string{"domain"},
		theirs: []string{"github.com/caarlos0/env/v11", "github.com/joho/godotenv"},
		why:    "configuration is read before anything else exists",
	},

	"adapters/httpapi": {
		ours:   []string{"domain", "application", "configs"},
		theirs: []string{"github.com/labstack/echo/v4", "go.uber.org/zap"},
		why:    "a driving adapter reaches everything through use cases, so that no request gets past a rule",
	},
	"adapters/cli": {
		ours:   []string{"domain", "application", "configs"},
		theirs: []string{"github.com/spf13/cobra", "github.com/spf13/pflag", "golang.org/x/term", "go.uber.org/zap"},
		why:    "a driving adapter reaches everything through use cases, so that no command gets past a rule",
	},

	"adapters/gormstore": {
		ours:   []string{"domain", "ports"},
		theirs: []string{"gorm.io/gorm"},
		why:    "it is written once for every engine: what only one engine can do belongs to that engine's package",
	},
	"adapters/postgres": {
		ours:   []string{"domain", "ports", "configs", "adapters/gormstore"},
		theirs: []string{"gorm.io/gorm", "gorm.io/driver/postgres", "github.com/jackc/pgx/v5", "github.com/pressly/goose/v3"},
		why:    "one engine a package: it must be possible to delete the other ones",
	},
	"adapters/mysql": {
		ours:   []string{"domain", "ports", "configs", "adapters/gormstore"},
		theirs: []string{"gorm.io/gorm", "gorm.io/driver/mysql", "github.com/go-sql-driver/mysql", "github.com/pressly/goose/v3"},
		why:    "one engine a package: it must be possible to delete the other ones",
	},
	"adapters/sqlite": {
		ours:   []string{"domain", "ports", "configs", "adapters/gormstore"},
		theirs: []string{"gorm.io/gorm", "gorm.io/driver/sqlite", "modernc.org/sqlite", "github.com/pressly/goose/v3"},
		why:    "one engine a package: it must be possible to delete the other ones",
	},
	"adapters/memory": {
		ours: []string{"domain", "ports", "configs"},
		why:  "the fake that every test trusts is plain Go",
	},

	"adapters/argon2": {
		ours:   []string{"domain", "ports", "configs"},
		theirs: []string{"golang.org/x/crypto/argon2", "golang.org/x/crypto/bcrypt"},
		why:    oneTechnology,
	},
	"adapters/original": {
		ours:   []string{"domain", "ports", "configs"},
		theirs: []string{"github.com/jackc/pgx/v5", "modernc.org/sqlite"},
		why:    "it knows somebody else's tables, and nothing of ours",
	},
	"adapters/jwtsign": {
		ours:   []string{"domain", "ports", "configs"},
		theirs: []string{"github.com/golang-jwt/jwt/v5"},
		why:    oneTechnology,
	},
	"adapters/metrics": {
		ours:   []string{"domain", "ports", "configs"},
		theirs: []string{"github.com/prometheus/client_golang", "github.com/prometheus/common/expfmt"}, // the text format
		why:    oneTechnology,
	},
	"adapters/otel": {
		ours: []string{"domain", "ports", "configs"},
		// Its instrumentation of net/http and of pgx, pgx's own word for what follows statements, and how spans are written.
		theirs: []string{"go.opentelemetry.io", "github.com/exaring/otelpgx", "github.com/jackc/pgx/v5", "google.golang.org/protobuf"},
		why:    oneTechnology,
	},
	"adapters/uuidv7": {
		ours:   []string{"domain", "ports", "configs"},
		theirs: []string{"github.com/google/uuid"},
		why:    oneTechnology,
	},
	"adapters/zaplog": {
		ours:   []string{"domain", "ports", "configs"},
		theirs: []string{"go.uber.org/zap"},
		why:    oneTechnology,
	},
	"adapters/zxcvbn": {
		ours: []string{"domain", "ports", "configs"},
		why:  oneTechnology,
	},

	"cmd/vidaplus-auth": {
		ours: []string{"domain", "ports", "application", "configs", "adapters"},
		// The root command, whether there is a terminal, and the cause inside an error of fx.
		theirs: []string{"go.uber.org/zap", "github.com/spf13/cobra", "golang.org/x/term", "go.uber.org/dig"},
		why:    "cmd only puts together: what needs a library of its own is an adapter, and what is for tests stays there",
	},

	"test/contract": {
		ours: []string{"domain", "ports"},
		why:  "a contract that knows one adapter is no contract, and whoever writes an adapter should need nothing else",
	},
	"test/contract/engine": {
		ours:   []string{"domain", "ports", "adapters/gormstore", "test/contract", "test/model"},
		theirs: []string{"github.com/pressly/goose/v3"},
		why:    "every engine is asked the same, so it knows what they share and none of them",
	},
	"test/model": {
		ours:   []string{"domain", "ports", "application", "adapters/jwtsign", "test/contract"},
		theirs: []string{"pgregory.net/rapid"},
		why:    "the model is compared with any store, so it knows none",
	},
	"test/certificate": {
		tests: true,
		why:   "it makes what no code of ours makes",
	},
	"test/daemon": {
		tests: true,
		why:   "it ends other programs and must work while the service does not even compile",
	},
	"test/mariadb": {
		ours:   []string{"test/daemon"},
		theirs: []string{"github.com/go-sql-driver/mysql"},
		tests:  true,
		why:    "it gives tests a server and must work while the service does not even compile",
	},
	"test/pg": {
		ours:   []string{"test/daemon"},
		theirs: []string{"github.com/jackc/pgx/v5"},
		tests:  true,
		why:    "it gives tests a server and must work while the service does not even compile",
	},
	"test/program": {
		ours:  []string{"test/daemon"},
		tests: true,
		why:   "it knows the program from outside: sharing its code would share its mistakes",
	},
	"test/crowd": {
		ours:  []string{"test/program"},
		tests: true,
		why:   "a client knows the program from outside, as its users do",
	},
	"test/e2e": {
		ours: []string{"test/pg", "test/mariadb", "test/program"},
		theirs: []string{
			"github.com/golang-jwt/jwt/v5", "github.com/jackc/pgx/v5", "modernc.org/sqlite",
			// What other programs are configured with.
			"github.com/goccy/go-yaml",
			// A browser, and what holds answers against the OpenAPI document.
			"github.com/chromedp", "github.com/santhosh-tekuri/jsonschema/v6",
			// What a collector is sent.
			"go.opentelemetry.io/proto/otlp", "google.golang.org/protobuf",
			// Clients that nobody here wrote.
			"github.com/coreos/go-oidc/v3", "github.com/go-jose/go-jose/v4", "golang.org/x/oauth2",
		},
		tests: true,
		why:   "a story knows the program from outside, as its users do: sharing its code would share its mistakes",
	},
	"test/faults": {
		ours:   []string{"test/pg", "test/program", "test/crowd"},
		theirs: []string{"github.com/jackc/pgx/v5", "modernc.org/sqlite"},
		tests:  true,
		why:    "a fault happens to the program from outside: sharing its code would share its mistakes",
	},
	"test/ha": {
		ours:   []string{"test/daemon", "test/pg", "test/program", "test/crowd"},
		theirs: []string{"github.com/jackc/pgx/v5"},
		tests:  true,
		why:    "it knows the program from outside, as the operator of a cluster does",
	},
	"docs/resource-server": {
		theirs: []string{"github.com/coreos/go-oidc/v3"},
		why:    "it is somebody else's service: what it needs of ours comes over HTTP",
	},
	"test/bench": {
		ours: []string{"test/pg", "test/bench/day", "test/bench/plot"},
		// Sessions are seeded and measured behind the service's back.
		theirs: []string{"github.com/jackc/pgx/v5", "modernc.org/sqlite"},
		why:    "it measures the built program from outside: what it shared with it would be measured in neither",
	},
	"test/bench/day": {
		tests: true,
		why:   "a plan of a day needs nothing but the time of day",
	},
	"test/bench/load": {
		ours:  []string{"test/bench/day"},
		tests: true,
		why:   "a load generator that shares code with what it measures would slow down together with it",
	},
	"test/bench/plot": {
		tests: true,
		why:   "a picture needs numbers only",
	},
	"test/bench/yardstick": {
		theirs: []string{
			"github.com/golang-jwt/jwt/v5", "github.com/labstack/echo/v4", "gorm.io/gorm", "gorm.io/driver/postgres",
			"github.com/jackc/pgx/v5", "gorm.io/driver/sqlite", "modernc.org/sqlite", "golang.org/x/crypto/argon2",
		},
		tests: true,
		why:   "the yardstick has our libraries and nothing of ours",
	},
	"test/supply": {
		theirs: []string{"github.com/google/licensecheck"},
		tests:  true,
		why:    "it judges what the program is made of, from outside",
	},
	"test/arch": {
		tests: true,
		why:   "the judge depends on nobody it judges",
	},
}

const oneTechnology = "one technology an adapter: it must be possible to replace it by replacing the folder"

// vagueNames are folder names that say how a thing is made or that it had no home, never what it is for.
var vagueNames = []string{
	"internal", "pkg", "util", "utils", "common", "helper", "helpers", "misc", "shared", "lib",
	"dto", "mapper", "mock", "mocks", "models", "service", "services", "interfaces",
}
