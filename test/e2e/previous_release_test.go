package e2e

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/pg"
	"github.com/vidaplus/vidaplus-auth/test/program"
)

// git runs git in the project and returns what it prints, without the line's end.
func git(args ...string) (string, error) {
	c := exec.Command("git", args...)
	c.Dir = filepath.Join("..", "..")
	output, err := c.Output()
	return strings.TrimSpace(string(output)), err
}

// previousCommit returns the commit that testdata/previous-release names. Who has only the files, or only the newest part
// of the history, cannot have it, and the test is skipped, but for CI, which fetches it first.
func previousCommit(t *testing.T) string {
	t.Helper()
	named := strings.Fields(text(t, "test", "e2e", "testdata", "previous-release"))[0]
	ci := os.Getenv("CI") != ""
	if _, err := os.Stat(ofProject(t, ".git")); err != nil && !ci {
		t.Skip("the history is not here, and so not the previous release")
	}
	commit, err := git("rev-parse", "--verify", "--quiet", named+"^{commit}")
	if err == nil {
		return commit
	}
	if shallow, err := git("rev-parse", "--is-shallow-repository"); err == nil && shallow == "true" && !ci {
		t.Skipf("the history ends before the previous release: git fetch --depth 1 origin %s", named)
	}
	t.Fatalf("git knows no commit %q, which testdata/previous-release names: %v", named, err)
	return ""
}

var previous struct {
	once    sync.Once
	program string
	err     error
}

// previousRelease builds the program of the previous release.
func previousRelease(t *testing.T) string {
	t.Helper()
	commit := previousCommit(t)
	previous.once.Do(func() {
		folder := filepath.Join(filepath.Dir(binary), "previous")
		previous.program = filepath.Join(folder, "vidaplus-auth")
		script := `set -e; git archive "$1" | tar -x -C "$2"; cd "$2"; CGO_ENABLED=0 go build -buildvcs=false -o "$3" ./cmd/vidaplus-auth`
		if previous.err = os.MkdirAll(folder, 0o700); previous.err != nil {
			return
		}
		c := exec.Command("bash", "-c", script, "build", commit, folder, previous.program)
		c.Dir = filepath.Join("..", "..")
		var output []byte
		if output, previous.err = c.CombinedOutput(); previous.err != nil {
			t.Logf("%s", output)
		}
	})
	if previous.err != nil {
		t.Fatalf("the previous release cannot be built: %v", previous.err)
	}
	return previous.program
}

func TestPreviousRelease_ItsMigrationsAreUnchanged(t *testing.T) {
	t.Parallel()
	commit := previousCommit(t)
	const migrations = "adapters/*/migrations/*.sql"
	changed, err := git("diff", "--name-status", "--diff-filter=a", commit, "--", migrations)
	if err != nil {
		t.Fatal(err)
	}
	if changed != "" {
		t.Errorf("databases that have these migrations would keep the old form, without a word:\n%s", changed)
	}
	const nothing = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
	if files, err := git("diff", "--name-only", nothing, commit, "--", migrations); err != nil || files == "" {
		t.Errorf("%q, %v: there is nothing to compare with", files, err)
	}
}

func TestPreviousRelease_ServesBesideThisOneOnItsSchema(t *testing.T) {
	t.Parallel()
	old := previousRelease(t)
	database := pg.Database(t)
	// The schema is this program's from the beginning.
	now := withUser(t, database)
	before := unstarted(t, program.Process{Program: old, Env: program.Environment(database, "MIGRATE_ON_START=false")})
	before.Start()
	before.AddUser(joao, mariasPassword)

	token := before.loggedIn()
	for range 5 {
		next := now.refreshed(token)
		if again := before.refreshed(token); again != next {
			t.Fatal("the previous release gives another token for the one that this program just replaced")
		}
		token = before.refreshed(next)
		if again := now.refreshed(next); again != token {
			t.Fatal("this program gives another token for the one that the previous release just replaced")
		}
	}
	first := now.loggedIn()
	third := now.refreshed(before.refreshed(first))
	before.refuses(first)
	now.refuses(third)
	now.refreshed(before.refreshed(untracked(maria, time.Minute)))
	before.refreshed(now.refreshed(untracked(joao, time.Minute)))

	for _, story := range []struct{ changes, other *service }{{before, now}, {now, before}} {
		token := story.changes.login(joao, mariasPassword).token(t)
		story.changes.Must("", "users", "disable", joao)
		story.other.refuses(token)
		story.other.login(joao, mariasPassword).is(t, http.StatusUnauthorized, badCredentials)
		story.changes.Must("", "users", "enable", joao)
		story.other.login(joao, mariasPassword).token(t)
		story.other.Must("", "sessions", "prune")
	}
	before.Must("", "migrate")
	before.Must("", "users", "remove", joao)
	now.login(joao, mariasPassword).is(t, http.StatusUnauthorized, badCredentials)
}
