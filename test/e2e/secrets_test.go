package e2e

import (
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/pg"
)

const (
	canaryPassword = "canary-password-7Yq"
	canaryNew      = "canary-new-password-7Yq"
	canaryTyped    = "canary-typed-7Yq"
	canaryKey      = "canary-key-7Yq-canary-key-7Yq-canary-key-7Yq"
	canaryPrevious = "canary-previous-7Yq"
	canaryDatabase = "canary-database-7Yq"
)

func TestSecrets_NothingThatIsPrintedOrAnsweredHoldsOne(t *testing.T) {
	t.Parallel()
	server := pg.Start(t)
	for _, format := range []string{"json", "console"} {
		w := watchOver(t, server, format)
		w.logInAndRefresh()
		w.goWrong()
		w.lookAfter()
		w.outage(server)
		w.Stop(syscall.SIGTERM)
		w.command("", "healthcheck")
		w.judge()
	}
}

func watchOver(t *testing.T, server *pg.Server, format string) *watch {
	t.Helper()
	database := strings.Replace(server.URL(), "postgres@", "postgres:"+canaryDatabase+"@", 1)
	env := []string{"LOG_LEVEL=debug", "LOG_FORMAT=" + format, "SECRET_KEY=" + canaryKey, "STORE_TIMEOUT=1s",
		"PREVIOUS_SECRET_KEYS=" + canaryPrevious, "DATABASE_SCHEMA=story_" + format}
	w := &watch{service: operator(t, database, env...), secrets: map[string]string{}}
	for what, secret := range map[string]string{
		"a password": canaryPassword, "a new password": canaryNew, "what somebody typed": canaryTyped,
		"the key": canaryKey, "a previous key": canaryPrevious, "the database's password": canaryDatabase,
	} {
		w.keeps(what, secret)
	}
	w.command(canaryPassword+"\n", "users", "add", maria, "--password-stdin")
	w.Start()
	return w
}

func (w *watch) logInAndRefresh() {
	w.T.Helper()
	first := w.ask("/auth/token", "username="+maria+"&password="+canaryPassword, form)
	second := w.ask("/auth/token/refresh_token", "", "Authorization: Bearer "+first)
	third := w.ask("/auth/token/refresh_token", "", "Authorization: Bearer "+second)
	if third == "" {
		w.T.Fatal("nobody could log in and refresh, so this story tells nothing")
	}
	if w.ask("/auth/token/refresh_token", "", "Authorization: Bearer "+first) != "" {
		w.T.Fatal("a reused token was taken")
	}
	old := untrackedBy(canaryPrevious, maria, time.Minute)
	w.keeps("a token of the original's", strings.SplitN(old, ".", 2)[1])
	w.ask("/auth/token/refresh_token", "", "Authorization: Bearer "+old)
	// What both the header of every token and of any other JWT is, is no secret.
	delete(w.secrets, encoded(jwtHeader))
}

// goWrong is what people do who put things in wrong places.
func (w *watch) goWrong() {
	w.T.Helper()
	w.ask("/auth/token", "username="+canaryTyped+"&password="+canaryTyped, form)
	w.ask("/auth/token", "username="+maria+"&password="+canaryTyped, form)
	w.ask("/auth/token", "password="+canaryTyped, form)
	w.ask("/auth/token", "username="+canaryTyped, form)
	w.ask("/auth/token", "username=a%00"+canaryTyped+"&password=x", form)
	w.ask("/auth/token?username="+maria+"&password="+canaryTyped, "")
	w.ask("/auth/token", `{"username":"`+maria+`","password":"`+canaryTyped+`"}`, "Content-Type: application/json")
	w.ask("/auth/token", multi(`"password"; filename="x"`, canaryTyped), "Content-Type: multipart/form-data; boundary=xyz")
	w.ask("/auth/token", "--xyz\r\n"+canaryTyped, "Content-Type: multipart/form-data; boundary=xyz")
	w.ask("/auth/"+canaryTyped, "")
	w.ask("/auth/token/refresh_token?access_token="+canaryTyped, "", "Authorization: Bearer "+canaryTyped)
	w.ask("/auth/token/refresh_token", canaryTyped, "Authorization: Basic "+canaryTyped, "Cookie: access_token="+canaryTyped)
	w.ask("/auth/token/refresh_token", "", "Authorization: Bearer "+canaryTyped+"."+canaryTyped+"."+canaryTyped)
	w.ask("/healthz", "", "X-Request-ID: "+canaryTyped+"!")
}

func (w *watch) lookAfter() {
	w.T.Helper()
	w.command("", "config")
	w.command("", "users", "list")
	w.command("", "users", "list", "--json")
	w.command("", "users", "show", maria)
	w.command("", "sessions", "list", maria, "--json")
	w.command(canaryNew+"\n", "users", "set-password", maria, "--password-stdin")
	w.command(strings.Repeat(canaryTyped, 50)+"\n", "users", "set-password", maria, "--password-stdin")
	w.command("x\n"+canaryTyped+"\n", "users", "add", joao, "--password-stdin")
	w.command("", "users", "add", joao, canaryTyped)
	w.command("", "users", "set-password", maria, canaryTyped)
	w.command("", "users", "set-password", maria, "--password-stdin="+canaryTyped)
	w.command("", "users", "set-password", maria, "--password="+canaryTyped)
	w.command("", "sessions", "revoke", "--all")
	w.command("", "migrate")
}

func (w *watch) outage(server *pg.Server) {
	w.T.Helper()
	token := w.ask("/auth/token", "username="+maria+"&password="+canaryNew, form)
	server.Stop(true)
	defer server.Start()
	w.ask("/auth/token", "username="+maria+"&password="+canaryNew, form)
	w.ask("/auth/token/refresh_token", "", "Authorization: Bearer "+token)
	w.command("", "users", "list")
	w.command(canaryNew+"\n", "users", "set-password", maria, "--password-stdin")
	if got := w.login(maria, canaryNew); got.status != http.StatusServiceUnavailable {
		w.T.Fatalf("without a store the answer is %d %s", got.status, got.body)
	}
}
