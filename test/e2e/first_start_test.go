package e2e

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/pg"
	"github.com/vidaplus/vidaplus-auth/test/program"
)

// newcomer is a service in an empty folder with nothing set. It is not started yet.
func newcomer(t *testing.T, env ...string) *service {
	t.Helper()
	return unstarted(t, program.Process{Env: append([]string{"PATH=" + os.Getenv("PATH")}, env...)})
}

// printed returns the lines for a shell that the service has printed.
func (s *service) printed() []string {
	var lines []string
	for line := range strings.Lines(s.Out.String()) {
		if strings.HasPrefix(line, "curl ") {
			lines = append(lines, strings.TrimSuffix(line, "\n"))
		}
	}
	return lines
}

func TestFirstStart_PrintsTwoLinesThatWorkWhenPasted(t *testing.T) {
	t.Parallel()
	s := newcomer(t)
	s.Start()
	program.Within(t, 20*time.Second, "two lines for a shell are printed", func() bool { return len(s.printed()) == 2 })
	lines := s.printed()
	first := granted(t, shell(t, lines[0]))
	second := granted(t, shell(t, lines[1]))
	if first == second {
		t.Error("the second line printed the token of the first")
	}
	granted(t, shell(t, lines[1]))
	s.refreshed(second)
}

func TestFirstStart_MakesADatabaseAndASecretThatOthersCannotRead(t *testing.T) {
	t.Parallel()
	s := newcomer(t)
	s.Start()
	secret, err := os.ReadFile(filepath.Join(s.Dir, "vidaplus.db.secret"))
	if err != nil {
		t.Fatal(err)
	}
	key := strings.TrimSuffix(string(secret), "\n")
	if len(key) < 32 {
		t.Errorf("the secret has %d bytes", len(key))
	}
	files, err := os.ReadDir(s.Dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		info, err := file.Info()
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != 0o600 || !strings.HasPrefix(file.Name(), "vidaplus.db") {
			t.Errorf("there is %s of mode %v", file.Name(), info.Mode())
		}
	}
	s.AddUser(maria, mariasPassword)
	readJWT(t, s.loggedIn(), key)
	if strings.Contains(s.Out.String(), key) {
		t.Error("the secret was printed")
	}
}

func TestFirstStart_ASecondStartFindsEverythingAgain(t *testing.T) {
	t.Parallel()
	s := newcomer(t)
	s.Start()
	program.Within(t, 20*time.Second, "two lines for a shell are printed", func() bool { return len(s.printed()) == 2 })
	token := granted(t, shell(t, s.printed()[0]))
	demo := s.Must("", "users", "list", "--json")
	s.restart()
	token = s.refreshed(token)
	s.restart()
	s.refreshed(token)
	if code := s.Stop(syscall.SIGTERM); code != 0 {
		t.Errorf("the service ended with %d", code)
	}
	if lines := s.printed(); len(lines) != 0 {
		t.Errorf("a later start printed %q", lines)
	}
	if again := s.Must("", "users", "list", "--json"); again != demo {
		t.Errorf("the users were %s and are %s", demo, again)
	}
}

func TestFirstStart_TwoAtOnceAgreeOnTheSecretAndTheUser(t *testing.T) {
	t.Parallel()
	one := newcomer(t)
	two := unstarted(t, program.Process{Dir: one.Dir, Env: one.Env})
	one.Launch()
	two.Launch()
	one.AwaitReady()
	two.AwaitReady()
	printed := func() []string { return append(one.printed(), two.printed()...) }
	program.Within(t, 20*time.Second, "two lines for a shell are printed", func() bool { return len(printed()) == 2 })
	token := granted(t, shell(t, printed()[0]))
	two.refreshed(one.refreshed(token))
}

func TestFirstStart_AddsNoUserWhereThereIsOne(t *testing.T) {
	t.Parallel()
	s := newcomer(t)
	s.AddUser(maria, mariasPassword)
	s.Start()
	s.refreshed(s.loggedIn())
	s.addsNobody()
	if _, err := os.Stat(filepath.Join(s.Dir, "vidaplus.db.secret")); err != nil {
		t.Error(err)
	}
}

func TestFirstStart_AddsNoUserOnPostgreSQL(t *testing.T) {
	t.Parallel()
	s := start(t, pg.Database(t))
	s.addsNobody()
	if files, _ := fs.Glob(os.DirFS(s.Dir), "*"); len(files) != 0 {
		t.Errorf("the service left %q behind", files)
	}
}

// addsNobody checks that the service, which is ended for it, neither added a user by itself nor printed lines for a
// shell.
func (s *service) addsNobody() {
	s.T.Helper()
	if code := s.Stop(syscall.SIGTERM); code != 0 {
		s.T.Errorf("the service ended with %d", code)
	}
	if strings.Contains(s.Out.String(), "user_added") || strings.Contains(s.Out.String(), "curl") {
		s.T.Errorf("the service printed\n%s", s.Out)
	}
	if users := s.Must("", "users", "list"); strings.Contains(users, "demo") {
		s.T.Errorf("the users are\n%s", users)
	}
}

func TestFirstStart_NeedsNoFolderForADatabaseInMemory(t *testing.T) {
	t.Parallel()
	s := newcomer(t, "DATABASE_URL=sqlite::memory:")
	s.Start()
	program.Within(t, 20*time.Second, "two lines for a shell are printed", func() bool { return len(s.printed()) == 2 })
	granted(t, shell(t, s.printed()[1]))
	if files, _ := fs.Glob(os.DirFS(s.Dir), "*"); len(files) != 0 {
		t.Errorf("the service left %q behind", files)
	}
}
