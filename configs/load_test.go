package configs_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vidaplus/vidaplus-auth/configs"
)

// key is a signing key of the least length.
const key = "0123456789abcdef0123456789abcdef"

// write puts a file into a new folder and returns its path.
func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// load reads environ beside a .env of the given text.
func load(t *testing.T, dotenv string, environ ...string) (configs.Config, error) {
	t.Helper()
	return configs.Load(environ, filepath.Dir(write(t, ".env", dotenv)), false)
}

func mustLoad(t *testing.T, dotenv string, environ ...string) configs.Config {
	t.Helper()
	c, err := load(t, dotenv, environ...)
	if err != nil {
		t.Fatalf("Load: %v, want no error", err)
	}
	return c
}

func TestLoad_WithNothingSetTakesTheDefaults(t *testing.T) {
	c, err := configs.Load(nil, t.TempDir(), false)
	if err != nil {
		t.Fatalf("Load: %v, want no error without a .env", err)
	}
	if c.DatabaseURL.Reveal() != "sqlite:vidaplus.db" || c.LogFormat != "json" || !c.SecretKey.Empty() {
		t.Errorf("database %q, log format %q, key empty %t: want the defaults", c.DatabaseURL.Reveal(), c.LogFormat, c.SecretKey.Empty())
	}
}

func TestLoad_LogsForPeopleOnATerminalUnlessToldOtherwise(t *testing.T) {
	for _, test := range []struct {
		environ  []string
		terminal bool
		want     string
	}{
		{nil, false, "json"},
		{nil, true, "console"},
		{[]string{"LOG_FORMAT=json"}, true, "json"},
		{[]string{"LOG_FORMAT=console"}, false, "console"},
		{[]string{"LOG_FORMAT="}, true, "console"},
	} {
		c, err := configs.Load(test.environ, t.TempDir(), test.terminal)
		if err != nil || c.LogFormat != test.want {
			t.Errorf("%v, terminal %t: %q, %v, want %q", test.environ, test.terminal, c.LogFormat, err, test.want)
		}
	}
}

func TestLoad_LetsTheEnvironmentWinOverDotenv(t *testing.T) {
	c := mustLoad(t, "ISSUER=file\nAUDIENCE=file\n", "ISSUER=environment")
	if c.Issuer != "environment" || c.Audience != "file" {
		t.Errorf("issuer %q, audience %q, want environment, file", c.Issuer, c.Audience)
	}
}

func TestLoad_CountsAnEmptyValueAsUnset(t *testing.T) {
	c := mustLoad(t, "ISSUER=file\nLOG_LEVEL=\n", "ISSUER=", "LOG_LEVEL=", "SECRET_KEY_FILE=")
	if c.Issuer != "file" || c.LogLevel != "info" {
		t.Errorf("issuer %q, level %q, want file, info", c.Issuer, c.LogLevel)
	}
}

func TestLoad_IgnoresUnknownVariables(t *testing.T) {
	mustLoad(t, "SMTP_PASSWORD=x\nISSUER_FILE=/absent\n", "lower=1", "=odd", "NOVALUE", "0_X=1")
}

func TestLoad_TakesDollarSignsOfDotenvAsTheyAre(t *testing.T) {
	secret := "pa$$W0RD$1$(x)" + key
	c := mustLoad(t, "NAME=vida\nSECRET_KEY="+secret+"\nPREVIOUS_SECRET_KEYS=\""+secret+"\"\nISSUER='"+secret+"'\nAUDIENCE=${NAME}plus\n")
	if c.SecretKey.Reveal() != secret || c.PreviousSecretKeys[0].Reveal() != secret || c.Issuer != secret {
		t.Errorf("got %q, %q, %q, want %q", c.SecretKey.Reveal(), c.PreviousSecretKeys[0].Reveal(), c.Issuer, secret)
	}
	if c.Audience != "vidaplus" {
		t.Errorf("${NAME}plus is %q, want the variable set further up", c.Audience)
	}
}

func TestLoad_ReadsTheOriginalsDotenv(t *testing.T) {
	c := mustLoad(t, `DATABASE_URL="postgresql+psycopg2://app:pw@db:5432/vida"
SECRET_KEY='`+key+`'
ALGORITHM=HS256 # as before
ACCESS_TOKEN_EXPIRE_MINUTES = 45
POSTGRES_PASSWORD=pw
`)
	if c.Database().URL.Reveal() != "postgres://app:pw@db:5432/vida" || c.SecretKey.Reveal() != key ||
		c.Algorithm != "HS256" || c.AccessTokenExpireMinutes != 45 {
		t.Errorf("%+v: want the original's four values", c)
	}
}

func TestLoad_ReadsADotenvWithAByteOrderMark(t *testing.T) {
	c := mustLoad(t, "\ufeffISSUER=first\r\nAUDIENCE=second\r\n")
	if c.Issuer != "first" || c.Audience != "second" {
		t.Errorf("ISSUER is %q and AUDIENCE %q, want what the file says", c.Issuer, c.Audience)
	}
	if _, err := load(t, "\ufeff\ufeffISSUER=first\n"); err == nil || !strings.HasPrefix(err.Error(), ".env cannot be understood") {
		t.Errorf("a second mark gives %v, want a mistake of the file", err)
	}
}

func TestLoad_RefusesADotenvItCannotReadWithoutQuotingIt(t *testing.T) {
	for name, text := range map[string]string{
		"no equals sign":            "SECRET_KEY canary\n",
		"no equals sign at the end": "LOG_LEVEL=info\nSECRET_KEYcanary",
		"unclosed quote":            "SECRET_KEY=\"canary\n",
		"a NUL":                     "SECRET_KEY=can\x00ary\n",
		"a bad name":                "canary!=1\n",
		"a multi-line key":          "SECRET\n_KEY=canary\n",
	} {
		_, err := load(t, text)
		if err == nil || !strings.HasPrefix(err.Error(), ".env cannot be understood, must ") {
			t.Errorf("%s: %v, want a mistake of .env", name, err)
		} else if strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v repeats the file", name, err)
		}
	}
}

func TestLoad_RefusesADotenvThatIsAFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, ".env"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := configs.Load(nil, dir, false); err == nil || !strings.HasPrefix(err.Error(), ".env cannot be read (") {
		t.Errorf("%v, want a mistake of .env", err)
	}
}

func TestLoad_ListsWhatADriverCannotUseWithoutItsWords(t *testing.T) {
	environ := []string{"DATABASE_URL=postgres://u:hunter2@h/d?sslmode=bogus", "LOG_LEVEL=loud", "SECRET_KEY=" + strings.Repeat("k", 32)}
	refuse := func(configs.Database) error { return errors.New("hunter2 is no good") }
	_, err := configs.Load(environ, t.TempDir(), false, configs.Driver(refuse))
	if err == nil || !strings.Contains(err.Error(), "DATABASE_URL has ") || !strings.Contains(err.Error(), "LOG_LEVEL") ||
		strings.Contains(err.Error(), "hunter2") {
		t.Errorf("the error is %v, want both variables and no password", err)
	}
}
