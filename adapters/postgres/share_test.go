package postgres_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/adapters/postgres"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
	"github.com/vidaplus/vidaplus-auth/test/contract"
	"github.com/vidaplus/vidaplus-auth/test/contract/engine"
	"github.com/vidaplus/vidaplus-auth/test/pg"
)

// theirTable has the original's shape; %s is the type of its ids.
const theirTable = `CREATE TABLE public.users (id %s PRIMARY KEY, nome varchar(255) NOT NULL, email varchar(255) NOT NULL UNIQUE,
	senha varchar(255) NOT NULL, telefone varchar(20), created_at timestamp DEFAULT now() NOT NULL, is_active boolean NOT NULL,
	is_superuser boolean NOT NULL)`

// sharing returns a database whose accounts are those of public.users, which has ids of this type.
func sharing(t *testing.T, ids string) (*postgres.Database, string) {
	t.Helper()
	url := pg.Database(t)
	execute(t, url, strings.Replace(theirTable, "%s", ids, 1))
	return shared(t, url), url
}

func shared(t *testing.T, url string) *postgres.Database {
	t.Helper()
	db := unmigrated(t, url)
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db
}

func unmigrated(t *testing.T, url string) *postgres.Database {
	t.Helper()
	db, err := postgres.Open(t.Context(), domain.NewSecret(url), "vidaplus_auth", 20, engine.Patience)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	db.Share("public.users")
	return db
}

// platform registers accounts as the original does, past us.
type platform struct {
	ports.UserRegister
	pool  *pgxpool.Pool
	users ports.UserStore
}

func (p platform) Add(ctx context.Context, u domain.User) error {
	if _, err := p.users.FindByEmail(ctx, u.Email); err == nil {
		return domain.ErrEmailTaken
	}
	_, err := p.pool.Exec(ctx, `INSERT INTO public.users (id, nome, email, senha, is_active, is_superuser, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, u.ID, u.Name, u.Email, u.PasswordHash.Reveal(), u.Enabled, u.Admin, u.CreatedAt)
	if said, ok := errors.AsType[*pgconn.PgError](err); ok && said.Code == "23505" {
		return domain.ErrEmailTaken
	}
	return err
}

func TestStoresKeepTheContract_OverAccountsOfThePlatform(t *testing.T) {
	contract.Stores(t, func(t *testing.T) contract.Storage {
		db, url := sharing(t, `text COLLATE "C"`)
		pool, err := pgxpool.New(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(pool.Close)
		s := engine.Stores(db.Engine())
		s.Original, s.UserRegister = true, platform{s.UserRegister, pool, s.Users}
		return s
	})
}

const insertTheirs = "INSERT INTO public.users (id, nome, email, senha, is_active, is_superuser) VALUES "

func TestShare_FindsAddressesInAnyLetterCaseAndTheExactSpellingFirst(t *testing.T) {
	db, url := sharing(t, "integer")
	execute(t, url, insertTheirs+`(1, 'A', 'ana@x', 'h', TRUE, FALSE), (2, 'B', 'Ana@x', 'h', TRUE, TRUE),
		(3, 'J', 'JOSÉ@x', 'h', TRUE, FALSE), (4, 'I', 'İstanbul@x', 'h', TRUE, FALSE)`)
	users := gormstore.NewUserStore(db.Engine())
	for email, id := range map[string]string{
		"ana@x": "1", "Ana@x": "2", "ANA@x": "", "josé@X": "3", "JOSÉ@x": "3", "İstanbul@x": "4", "' OR 1=1 --": "",
	} {
		u, err := users.FindByEmail(t.Context(), email)
		if u.ID != id || (err == nil) != (id != "") {
			t.Errorf("%q is %q, %v, want %q", email, u.ID, err, id)
		}
	}
	if u, err := users.Find(t.Context(), "2"); err != nil || !u.Admin || u.Name != "B" || !u.Enabled {
		t.Errorf("the account 2 is %+v, %v", u, err)
	}
}

func TestShare_ADisabledOrDeletedRowThereEndsItsSessions(t *testing.T) {
	for what, statement := range map[string]string{
		"disabled": "UPDATE public.users SET is_active = FALSE WHERE id = 1",
		"deleted":  "DELETE FROM public.users WHERE id = 1",
	} {
		t.Run(what, func(t *testing.T) {
			db, url := sharing(t, "integer")
			execute(t, url, insertTheirs+"(1, 'A', 'ana@x', 'h', TRUE, FALSE)")
			session := engine.Begin(t, db, domain.User{ID: "1", PasswordHash: domain.NewSecret("h")})
			store := gormstore.NewSessionStore(db.Engine())
			state, swapped, err := store.Rotate(t.Context(), engine.Rotation(session))
			if err != nil || !swapped || state.Email != "ana@x" {
				t.Fatalf("a rotation before: %+v, %v, %v", state, swapped, err)
			}
			execute(t, url, statement)
			if state, swapped, err := store.Rotate(t.Context(), engine.Rotation(state.Session)); err != nil || swapped || state.UserEnabled {
				t.Errorf("a rotation after: %+v, %v, %v, want none", state, swapped, err)
			}
		})
	}
}

func TestShare_ARefreshAndALoginUseIndexes(t *testing.T) {
	db, url := sharing(t, "integer")
	execute(t, url, insertTheirs[:len(insertTheirs)-len("VALUES ")]+
		`SELECT n, 'N', 'user' || n || '@x', 'h', TRUE, FALSE FROM generate_series(1, 5000) AS n`, "ANALYZE public.users")
	for _, query := range []string{
		"SELECT enabled FROM vidaplus_auth.users WHERE id = '7'",
		`SELECT id FROM vidaplus_auth.users WHERE email_folded = ` + strings.Replace(db.Engine().Shared.Fold, "?", "'User7@x'", 1),
	} {
		plan := strings.Join(rows(t, url, "EXPLAIN "+query), "\n")
		if !strings.Contains(plan, "vidaplus_auth_users_") || strings.Contains(plan, "Seq Scan") {
			t.Errorf("%s is planned as\n%s\nwant one of our indexes", query, plan)
		}
	}
}

func TestShare_ReadsTheirCreationWithTheDatabasesZone(t *testing.T) {
	url := pg.Database(t)
	execute(t, url, strings.Replace(theirTable, "%s", "integer", 1), "ALTER DATABASE "+nameOf(t, url)+" SET timezone = 'America/Sao_Paulo'",
		insertTheirs[:len(insertTheirs)-len(") VALUES ")]+", created_at) VALUES (1, 'A', 'ana@x', 'h', TRUE, FALSE, '2026-03-01 09:00:00.5')")
	u, err := gormstore.NewUserStore(shared(t, url).Engine()).Find(t.Context(), "1")
	if got := u.CreatedAt.Format("2006-01-02T15:04:05.9Z07:00"); err != nil || got != "2026-03-01T12:00:00.5Z" {
		t.Errorf("the account was made at %s, %v", got, err)
	}
}

func TestShare_RegistersNobodyAndTakesNoAddressThatAnotherHas(t *testing.T) {
	db, url := sharing(t, "integer")
	execute(t, url, insertTheirs+"(1, 'A', 'ana@x', 'h', TRUE, FALSE), (2, 'B', 'bo@x', 'h', TRUE, FALSE)",
		"CREATE TABLE public.patients (id integer REFERENCES public.users (id))", "INSERT INTO public.patients VALUES (1)")
	register := gormstore.NewUserRegister(db.Engine())
	if err := register.Add(t.Context(), domain.User{ID: "x", Email: "x@x", CreatedAt: engine.Noon}); !errors.Is(err, domain.ErrUsersShared) {
		t.Errorf("adding: %v, want %v", err, domain.ErrUsersShared)
	}
	taken := "ANA@x"
	if _, err := register.Change(t.Context(), "2", domain.UserChange{Email: &taken, At: engine.Noon}); !errors.Is(err, domain.ErrEmailTaken) {
		t.Errorf("taking an address: %v, want %v", err, domain.ErrEmailTaken)
	}
	if _, err := register.Remove(t.Context(), "1", engine.Noon); !errors.Is(err, domain.ErrUserReferenced) {
		t.Errorf("removing: %v, want %v", err, domain.ErrUserReferenced)
	}
	if left := rows(t, url, "SELECT id || email FROM public.users ORDER BY 1"); strings.Join(left, " ") != "1ana@x 2bo@x" {
		t.Errorf("their accounts are now %q", left)
	}
}

func TestShare_RefusesWhatItCannotShareAndChangesNothing(t *testing.T) {
	for what, test := range map[string]struct{ before, want string }{
		"no table":         {"SELECT 1", "there is no such table"},
		"another shape":    {"CREATE TABLE public.users (id integer, email text)", "does not exist"},
		"accounts of ours": {strings.Replace(theirTable, "%s", "integer", 1), "USERS_FROM would hide"},
	} {
		t.Run(what, func(t *testing.T) {
			url := pg.Database(t)
			execute(t, url, test.before)
			own := migrated(t, url, "vidaplus_auth")
			if what == "accounts of ours" {
				engine.Begun(t, own)
			}
			err := unmigrated(t, url).Migrate(t.Context())
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error is %v, want %q in it", err, test.want)
			}
			if err := own.CheckMigrated(t.Context()); err != nil {
				t.Errorf("our own accounts afterwards: %v", err)
			}
			engine.RoundTrip(t, own)
		})
	}
}

func TestShare_TheConfigurationAndTheSchemaHaveToAgree(t *testing.T) {
	db, url := sharing(t, "integer")
	for _, again := range []func(context.Context) error{db.Migrate, db.CheckMigrated} {
		if err := again(t.Context()); err != nil {
			t.Errorf("once more: %v", err)
		}
	}
	own := opened(t, url, "vidaplus_auth")
	other := unmigrated(t, url)
	other.Share("public.others")
	for _, wrong := range []*postgres.Database{own, other} {
		for _, check := range []func(context.Context) error{wrong.Migrate, wrong.CheckMigrated} {
			if err := check(t.Context()); err == nil || !strings.Contains(err.Error(), "USERS_FROM=public.users") {
				t.Errorf("the error is %v, want what would be right", err)
			}
		}
	}
	fresh := pg.Database(t)
	migrated(t, fresh, "vidaplus_auth")
	if err := unmigrated(t, fresh).CheckMigrated(t.Context()); !errors.Is(err, postgres.ErrOutdated) {
		t.Errorf("before it is shared: %v, want %v", err, postgres.ErrOutdated)
	}
}

func TestShare_CanBeTakenBackForAMigrationOfThePlatform(t *testing.T) {
	db, url := sharing(t, "integer")
	execute(t, url, insertTheirs+"(1, 'A', 'ana@x', 'h', TRUE, FALSE)", "DROP VIEW vidaplus_auth.users",
		"ALTER TABLE public.users ALTER COLUMN nome TYPE text", "ALTER TABLE vidaplus_auth.own_users RENAME TO users")
	if err := db.CheckMigrated(t.Context()); !errors.Is(err, postgres.ErrOutdated) {
		t.Errorf("without the view: %v, want %v", err, postgres.ErrOutdated)
	}
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if u, err := gormstore.NewUserStore(db.Engine()).FindByEmail(t.Context(), "ana@x"); err != nil || u.ID != "1" {
		t.Errorf("afterwards the account is %+v, %v", u, err)
	}
}

func TestShare_ALongSchemaHasBothIndexes(t *testing.T) {
	url := pg.Database(t)
	execute(t, url, strings.Replace(theirTable, "%s", "integer", 1))
	db, err := postgres.Open(t.Context(), domain.NewSecret(url), strings.Repeat("s", 63), 2, engine.Patience)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	db.Share("public.users")
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	found := rows(t, url, "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname LIKE 'sss%' ORDER BY 1")
	if len(found) != 2 || !strings.Contains(found[0]+found[1], "id)::text") || !strings.Contains(found[0]+found[1], "lower(") {
		t.Errorf("their table has the indexes %q, want both of ours", found)
	}
}

func TestShare_WithoutRightsSaysWhichAreMissing(t *testing.T) {
	server := pg.Start(t)
	execute(t, server.URL(), strings.Replace(theirTable, "%s", "integer", 1), "CREATE ROLE clerk LOGIN",
		"CREATE SCHEMA vidaplus_auth AUTHORIZATION clerk")
	clerk := unmigrated(t, as(t, server.URL(), "clerk"))
	if err := clerk.Migrate(t.Context()); err == nil || !strings.Contains(err.Error(), "GRANT SELECT, UPDATE, DELETE ON") {
		t.Errorf("without any right: %v", err)
	}
	execute(t, server.URL(), `GRANT SELECT, UPDATE, DELETE ON public.users TO clerk`)
	err := clerk.Migrate(t.Context())
	if err == nil || !strings.Contains(err.Error(), "CREATE INDEX") {
		t.Fatalf("not its owner: %v, want the statement", err)
	}
	for range 2 {
		_, statement, _ := strings.Cut(clerk.Migrate(t.Context()).Error(), "CREATE INDEX ")
		execute(t, server.URL(), "CREATE INDEX CONCURRENTLY "+statement)
	}
	if err := clerk.Migrate(t.Context()); err != nil {
		t.Errorf("with the indexes made by the owner: %v", err)
	}
}
