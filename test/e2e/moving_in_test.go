package e2e

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/vidaplus/vidaplus-auth/test/pg"
	"github.com/vidaplus/vidaplus-auth/test/program"
)

// What an original VidaPlus's database has in it: addresses, the passwords of those who have one, and who is inactive.
const (
	originalMaria, originalMariasPassword = "maria@email.com", "maria123"
	originalInactive                      = "inativo@email.com"
	originalBroken                        = "hashruim@email.com"
)

var originalPasswords = map[string]string{
	originalMaria: originalMariasPassword, "carlos@email.com": "carlos123", "admin@vidaplus.com": "admin123",
}

// originals is the database of an original VidaPlus, and a way to do there what the platform does.
func originals(t *testing.T) (url string, platform func(statement string, args ...any)) {
	t.Helper()
	url = pg.Database(t)
	script, err := os.ReadFile(filepath.Join("testdata", "original-vidaplus.sql"))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.PgConn().Exec(t.Context(), string(script)).ReadAll(); err != nil {
		t.Fatal(err)
	}
	_ = conn.Close(t.Context())
	return url, func(statement string, args ...any) {
		t.Helper()
		conn, err := pgx.Connect(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close(t.Context()) //nolint:errcheck // the statement's outcome is what counts
		if _, err := conn.Exec(t.Context(), statement, args...); err != nil {
			t.Fatal(err)
		}
	}
}

// acceptsAsTheOriginal checks a token by the rules of the original's library (PyJWT with HS256), without any library of ours:
// its signature, exp, an iat that is not ahead, no aud, a sub and a jti that are strings.
func acceptsAsTheOriginal(t *testing.T, token, email string) {
	t.Helper()
	read, now := readJWT(t, token, secretKey), float64(time.Now().UnixMicro())/1e6
	sub, _ := read.claims["sub"].(string)
	id, isText := read.claims["jti"].(string)
	instant := func(name string) float64 {
		number, _ := read.claims[name].(json.Number)
		at, err := number.Float64()
		if err != nil {
			t.Fatalf("%s is no number in %s", name, read.payload)
		}
		return at
	}
	_, aud := read.claims["aud"]
	if !strings.Contains(read.header, `"alg":"HS256"`) || aud || sub != email || !isText || id == "" ||
		instant("exp") <= now || instant("iat") > now {
		t.Fatalf("the original would refuse a token with the header %s and the claims %s", read.header, read.payload)
	}
}

// keepsEverybody checks that nobody notices the switch: passwords, tokens, the inactive one, the broken hash.
func (s *service) keepsEverybody() {
	s.T.Helper()
	for email, password := range originalPasswords {
		acceptsAsTheOriginal(s.T, s.login(email, password).token(s.T), email)
		acceptsAsTheOriginal(s.T, s.refreshed(untracked(email, 20*time.Minute)), email)
	}
	s.refreshed(untracked("josé@email.com", 20*time.Minute))
	s.login(originalInactive, "inativo123").is(s.T, http.StatusUnauthorized, badCredentials)
	s.refuses(untracked(originalInactive, 20*time.Minute))
	for _, password := range []string{"plaintext", "hashruim123", ""} {
		s.login(originalBroken, password).is(s.T, http.StatusUnauthorized, badCredentials)
	}
	s.login(strings.ToUpper(originalMaria), originalMariasPassword).token(s.T)
}

const registerTheirs = `INSERT INTO public.users (nome, email, senha, tipo, is_active, is_superuser, created_at)
	SELECT $1, $2, senha, 'PACIENTE', TRUE, FALSE, now() - interval '1 second' FROM public.users WHERE email = 'maria@email.com'`

func TestMovingIn_WithSharedAccounts(t *testing.T) {
	t.Parallel()
	url, platform := originals(t)
	s := start(t, url, "USERS_FROM=public.users")
	s.keepsEverybody()

	// Whoever registers there can log in here at once.
	platform(registerTheirs, "Nova", "nova@email.com")
	token := s.refreshed(s.login("nova@email.com", originalMariasPassword).token(t))

	// A token from before the present owner had the address is nobody's.
	s.refuses(untracked("nova@email.com", lifetime-time.Minute))

	// What happens there ends sessions here.
	platform("UPDATE public.users SET is_active = FALSE WHERE email = $1", "nova@email.com")
	s.refuses(token)
	maria := s.login(originalMaria, originalMariasPassword).token(t)
	platform("DELETE FROM public.paciente_users WHERE id = 1")
	platform("DELETE FROM public.users WHERE email = $1", originalMaria)
	s.refuses(maria)

	// A password that was set here is one that the original can check.
	s.Must("a new password of his\n", "users", "set-password", "carlos@email.com", "--password-stdin")
	s.login("carlos@email.com", "carlos123").is(t, http.StatusUnauthorized, badCredentials)
	s.login("carlos@email.com", "a new password of his").token(t)
	platform("INSERT INTO public.admin_users SELECT id FROM public.users WHERE email = $1 AND senha LIKE '$argon2id$v=19$%'", "carlos@email.com")
	s.fails(1, mariasPassword+"\n", []string{"users", "add", "x@example.com", "--password-stdin"}, "USERS_FROM")
	s.fails(1, "", []string{"users", "remove", "carlos@email.com"}, "refer to this user")
	s.fails(1, "", []string{"users", "import", "--from", url}, "USERS_FROM")

	// Later the accounts become our own, and nobody is logged out by that either.
	carlos := s.login("carlos@email.com", "a new password of his").token(t)
	if out := s.Must("", "users", "unshare"); !strings.Contains(out, "6 accounts of our own") {
		t.Errorf("unsharing says %s", out)
	}
	s.restart("USERS_FROM=")
	platform("UPDATE public.users SET is_active = FALSE")
	s.refreshed(carlos)
	s.AddUser("x@example.com", mariasPassword)
	s.imports([]string{"users", "import", "--from", url}, "0 added")
}

func TestMovingIn_WithImportedAccounts(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		url, platform := originals(t)
		from := []string{"users", "import", "--from", strings.Replace(url, "postgres://", "postgresql+psycopg2://", 1)}
		s := start(t, database)
		s.imports(append(from, "--dry-run"), "would be: 6 added, 0 updated, 0 unchanged, 0 skipped", originalBroken)
		s.login(originalMaria, originalMariasPassword).is(t, http.StatusUnauthorized, badCredentials)
		s.imports(from, "6 added, 0 updated, 0 unchanged, 0 skipped, 1 without a password", originalBroken)
		s.keepsEverybody()
		if id := readJWT(t, s.login(originalMaria, originalMariasPassword).token(t), secretKey).text(t, "uid"); id != "1" {
			t.Errorf("uid is %s, want the original's id", id)
		}

		// A second import changes nothing, and undoes nothing that was done here.
		carlos := s.login("carlos@email.com", "carlos123").token(t)
		s.Must("a password of her own\n", "users", "set-password", originalMaria, "--password-stdin")
		s.imports(from, "0 added, 0 updated, 6 unchanged, 0 skipped")
		carlos = s.refreshed(carlos)
		platform("UPDATE public.users SET nome = 'Maria Silva' WHERE id = 1")
		s.imports(from, "0 added, 1 updated, 5 unchanged")
		session := s.login(originalMaria, "a password of her own").token(t)

		// What ended there ends here, with its sessions: an inactive account, an address that is another's now.
		platform("UPDATE public.users SET is_active = FALSE WHERE id = 4")
		platform("UPDATE public.users SET email = 'velha@email.com' WHERE id = 1")
		platform(registerTheirs[:strings.LastIndex(registerTheirs, "WHERE")]+"WHERE id = 5", "Outra Maria", originalMaria)
		s.imports(from, "1 added, 2 updated, 4 unchanged")
		s.refuses(carlos)
		if sub := readJWT(t, s.refreshed(session), secretKey).text(t, "sub"); sub != "velha@email.com" {
			t.Errorf("sub is %s, want the address of now", sub)
		}
		s.login(originalMaria, "admin123").token(t)
		s.refuses(untracked(originalMaria, lifetime-time.Minute))

		// Two who differ in letter case alone are one too many, and who is gone there can be disabled here.
		platform(registerTheirs[:strings.LastIndex(registerTheirs, "WHERE")]+"WHERE id = 5", "Admin", "ADMIN@vidaplus.com")
		platform("DELETE FROM public.paciente_users WHERE id = 7")
		platform("DELETE FROM public.users WHERE id = 7")
		s.imports(append(from, "--disable-missing"), "0 added, 0 updated, 6 unchanged, 1 skipped, 0 without a password, 1 disabled", "ADMIN@vidaplus.com")
	})
}

func TestMovingIn_OfAnAccountThatAnImportRemovesNothingTellsWhoseItWas(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		url, platform := originals(t)
		from := []string{"users", "import", "--from", url}
		s := start(t, database)
		s.imports(from, "6 added")
		s.call(http.MethodPost, "/auth/token", "", "username="+originalMaria+"&password="+originalMariasPassword, form, "User-Agent: Canary/1.0")
		for range 10 {
			s.from(home, originalMaria, "wrong")
		}
		program.Within(t, 10*time.Second, "the events are stored", func() bool { return len(s.happened("--user", "1")) >= 11 })
		before := s.Must("", "events", "--user", "1", "--json")

		tried := s.triedAccounts(database)

		// Maria is gone there, and her address is another's.
		platform("DELETE FROM public.paciente_users WHERE id = 1")
		platform("DELETE FROM public.users WHERE id = 1")
		platform(registerTheirs[:strings.LastIndex(registerTheirs, "WHERE")]+"WHERE id = 5", "Outra Maria", originalMaria)
		s.imports(from, "1 added", "1 removed")
		if after := s.Must("", "events", "--user", "1", "--json"); !strings.Contains(before, "Canary/1.0") ||
			strings.Contains(after, "Canary/1.0") || strings.Contains(after, originalMaria) || strings.Count(after, "login_refused") != 10 {
			t.Errorf("before the events were\n%s\nand now they are\n%s", before, after)
		}
		if left := s.triedAccounts(database); len(left) > 0 || len(tried) == 0 && strings.HasPrefix(database, "postgres") {
			t.Errorf("of wrong passwords for accounts was counted %q, and still is %q", tried, left)
		}
	})
}

// triedAccounts returns what is remembered of attempts on accounts, if the database is one that can be looked into.
func (s *service) triedAccounts(database string) []string {
	s.T.Helper()
	if !strings.HasPrefix(database, "postgres") {
		return nil
	}
	return rows(s.T, connected(s.T, database), "SELECT subject FROM vidaplus_auth.login_attempts WHERE account <> ''")
}

// imports runs an import that has to succeed and to say so.
func (s *service) imports(args []string, words ...string) {
	s.T.Helper()
	out := s.Must("", args...)
	for _, word := range words {
		if !strings.Contains(out, word) {
			s.T.Fatalf("the import says\n%swant %q in it", out, word)
		}
	}
}
