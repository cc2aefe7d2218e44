package configs_test

import (
	"reflect"
	"strings"
	"testing"
)

func TestLoad_ReadsASecretFromAFileLessOneLineBreak(t *testing.T) {
	for text, want := range map[string]string{
		key: key, key + "\n": key, key + "\r\n": key, key + "\n\n": key + "\n", " " + key + " ": " " + key + " ", key + "\r": key + "\r",
	} {
		if c := mustLoad(t, "", "SECRET_KEY_FILE="+write(t, "key", text)); c.SecretKey.Reveal() != want {
			t.Errorf("file %q: key %q, want %q", text, c.SecretKey.Reveal(), want)
		}
	}
	url := "postgres://u:p@h/d"
	c := mustLoad(t, "DATABASE_URL_FILE="+write(t, "url", url+"\n"), "SECRET_KEY="+key)
	if c.DatabaseURL.Reveal() != url {
		t.Errorf("DATABASE_URL %q, want %q", c.DatabaseURL.Reveal(), url)
	}
}

func TestLoad_ReadsPreviousKeys(t *testing.T) {
	for name, test := range map[string]struct {
		environ string
		want    []string
	}{
		"commas":              {"PREVIOUS_SECRET_KEYS=a, b c ,d", []string{"a", "b c", "d"}},
		"a file":              {"PREVIOUS_SECRET_KEYS_FILE=" + write(t, "k", "a,b\r\n\n c \n"), []string{"a,b", " c "}},
		"a file of one line":  {"PREVIOUS_SECRET_KEYS_FILE=" + write(t, "k", "a,b\n"), []string{"a,b"}},
		"a file with no line": {"PREVIOUS_SECRET_KEYS_FILE=" + write(t, "k", "a,b"), []string{"a,b"}},
	} {
		var got []string
		for _, k := range mustLoad(t, "", test.environ).PreviousSecretKeys {
			got = append(got, k.Reveal())
		}
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestLoad_RefusesAFileThatHoldsNoValue(t *testing.T) {
	for path, want := range map[string]string{
		write(t, "empty", ""):                          "(empty)",
		write(t, "line", "\r\n"):                       "(empty)",
		write(t, "big", strings.Repeat("x", 64<<10+1)): "(larger than 64 KiB)",
		t.TempDir():      "(is a directory)",
		"/absent/canary": "(no such file or directory)",
	} {
		_, err := load(t, "", "SECRET_KEY_FILE="+path)
		if err == nil || !strings.HasPrefix(err.Error(), "SECRET_KEY cannot be read from SECRET_KEY_FILE "+want+", must be ") {
			t.Errorf("%s: %v, want a mistake of SECRET_KEY %s", path, err, want)
		}
	}
}

func TestLoad_RefusesAValueBesideItsFile(t *testing.T) {
	path := write(t, "key", key)
	for _, name := range []string{"SECRET_KEY", "PREVIOUS_SECRET_KEYS", "DATABASE_URL"} {
		want := name + " and " + name + "_FILE are both set, must be only one of them"
		for _, dotenv := range []string{"", name + "_FILE=" + path} {
			environ := []string{name + "=" + key}
			if dotenv == "" {
				environ = append(environ, name+"_FILE="+path)
			}
			if _, err := load(t, dotenv, environ...); err == nil || err.Error() != want {
				t.Errorf("%v, want %s", err, want)
			}
		}
	}
}

func TestLoad_RefusesAFileOfEmptyLines(t *testing.T) {
	_, err := load(t, "", "PREVIOUS_SECRET_KEYS_FILE="+write(t, "keys", "\n\r\n\n"))
	if err == nil || !strings.HasPrefix(err.Error(), "PREVIOUS_SECRET_KEYS cannot be used, must be ") {
		t.Errorf("%v, want a mistake of PREVIOUS_SECRET_KEYS", err)
	}
}
