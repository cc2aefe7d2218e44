package e2e

import (
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/pg"
	"github.com/vidaplus/vidaplus-auth/test/program"
)

func TestConfig_SecretsComeFromFilesToo(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := newcomer(t, "MIGRATE_ON_START=true", "PASSWORD_HASH=m=256,t=1,p=1")
		s.Env = append(s.Env,
			"SECRET_KEY_FILE="+s.write("key", secretKey+"\n"),
			"PREVIOUS_SECRET_KEYS_FILE="+s.write("previous", "one, with a comma\nanother\n"),
			"DATABASE_URL_FILE="+s.write("database", database))
		s.AddUser(maria, mariasPassword)
		s.Start()
		readJWT(t, s.loggedIn(), secretKey)
		s.refreshed(untrackedBy("one, with a comma", maria, 10*time.Minute))
		s.refreshed(untrackedBy("another", maria, 10*time.Minute))
		s.refuses(untrackedBy("one", maria, 10*time.Minute))
	})
}

// The file is what somebody who runs the original has: nothing in it is ours.
func TestConfig_TheOriginalsDotenvWorks(t *testing.T) {
	t.Parallel()
	s := newcomer(t)
	url := strings.Replace(pg.Database(t), "postgres://", "postgresql+psycopg2://", 1)
	s.write(".env", `DATABASE_URL="`+url+`"`+"\n"+
		`SECRET_KEY="`+secretKey+`"`+"\nALGORITHM=\"HS256\"\nACCESS_TOKEN_EXPIRE_MINUTES=15\n")
	s.Must("", "migrate")
	s.AddUser(maria, mariasPassword)
	s.Start()
	j := readJWT(t, s.refreshed(s.loggedIn()), secretKey)
	if got := j.seconds(t, "exp") - j.seconds(t, "iat"); got != 15*60 {
		t.Errorf("the token lasts %d seconds", got)
	}
}

func TestMigrate_AnEmptyServerIsMigratedOnRequestOnly(t *testing.T) {
	t.Parallel()
	s := start(t, pg.Database(t), "MIGRATE_ON_START=true")
	s.AddUser(maria, mariasPassword)
	token := s.loggedIn()
	s.restart("MIGRATE_ON_START=false")
	s.refreshed(token)

	empty := operator(t, pg.Database(t), "MIGRATE_ON_START=false", "HTTP_ADDR=127.0.0.1:0")
	for _, line := range []string{"serve", "users list", "sessions prune"} {
		empty.fails(1, "", strings.Fields(line), "vidaplus-auth migrate", "MIGRATE_ON_START=true")
	}
	for range 2 {
		empty.Must("", "migrate")
	}
	empty.AddUser(maria, mariasPassword)
	empty.Start()
	empty.refreshed(empty.loggedIn())
}

func TestMigrate_BringsAnEmbeddedDatabaseUpToo(t *testing.T) {
	t.Parallel()
	s := newcomer(t)
	s.Must("", "migrate")
	info, err := os.Stat(s.Dir + "/vidaplus.db")
	if err != nil || info.Mode() != 0o600 {
		t.Errorf("the database is %v, %v", info, err)
	}
}

func TestMigrate_ASchemaOfItsOwnLeavesRoomForOthers(t *testing.T) {
	t.Parallel()
	database := pg.Database(t)
	one := start(t, database, "DATABASE_SCHEMA=one")
	two := start(t, database, "DATABASE_SCHEMA=two")
	one.AddUser(maria, mariasPassword)
	two.login(maria, mariasPassword).is(t, http.StatusUnauthorized, badCredentials)
	two.refuses(one.loggedIn())
	two.AddUser(maria, mariasPassword)
	two.refreshed(two.loggedIn())
}

func TestHealthcheck_SaysWhetherTheServiceCanServe(t *testing.T) {
	t.Parallel()
	server := pg.Start(t)
	s := start(t, server.URL(), "STORE_TIMEOUT=1s")
	s.Env = append(s.Env, "HTTP_ADDR="+strings.TrimPrefix(s.URL, "http://"))
	s.Must("", "healthcheck")

	server.Stop(true)
	s.fails(1, "", []string{"healthcheck"}, "503")
	got, err := http.Get(s.URL + "/healthz")
	if err != nil || got.StatusCode != http.StatusOK {
		t.Errorf("/healthz answers %v, %v though the process lives", got, err)
	}
	_ = got.Body.Close()

	server.Start()
	program.Within(t, 20*time.Second, "the service can serve again", func() bool {
		_, _, code := s.Run("", "healthcheck")
		return code == 0
	})
	s.Stop(syscall.SIGTERM)
	s.fails(1, "", []string{"healthcheck"}, "refused")
}

func TestServe_AnAddressThatIsTakenIsAFailureInOneLine(t *testing.T) {
	t.Parallel()
	s := start(t, "sqlite:vidaplus.db")
	s.Env = append(s.Env, "HTTP_ADDR="+strings.TrimPrefix(s.URL, "http://"))
	s.fails(1, "", []string{"serve"}, "in use")
}

func TestKeys_GenerateMakesAKeyThatServes(t *testing.T) {
	t.Parallel()
	s := newcomer(t)
	one, two := s.Must("", "keys", "generate", "HS256"), s.Must("", "keys", "generate", "HS256")
	if one == two || len(strings.TrimSpace(one)) < 43 {
		t.Errorf("the keys are %q and %q", one, two)
	}
	s.Must("", "keys", "generate", "HS256", "--file", "key")
	key, err := os.ReadFile(s.Dir + "/key")
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(s.Dir + "/key"); err != nil || info.Mode() != 0o600 {
		t.Errorf("the file is %v, %v", info, err)
	}
	s.fails(1, "", []string{"keys", "generate", "HS256", "--file", "key"}, "exists")
	s.Must("", "keys", "generate", "HS256", "--file", "key", "--if-absent")
	if again, _ := os.ReadFile(s.Dir + "/key"); string(again) != string(key) {
		t.Error("a key was overwritten")
	}
	s.fails(1, "", []string{"keys", "generate", "HS256", "--file", "nowhere/key"}, "nowhere/key")

	s.Env = append(s.Env, "SECRET_KEY_FILE=key")
	s.AddUser(maria, mariasPassword)
	s.Start()
	readJWT(t, s.loggedIn(), strings.TrimSuffix(string(key), "\n"))
}
