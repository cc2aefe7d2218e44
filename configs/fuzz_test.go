package configs_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/vidaplus/vidaplus-auth/configs"
)

// FuzzLoad_EveryVariable gives a variable any value: what is taken is shown in a form that is taken again and means the
// same, and a secret that is refused is not repeated.
func FuzzLoad_EveryVariable(f *testing.F) {
	for name, values := range map[string][]string{
		"TRUSTED_PROXIES":             {"10.0.0.0/8,192.0.2.1", "::ffff:10.0.0.0/104", "fe80::1%eth0", "::/0,", "1.2.3.4/33"},
		"CORS_ALLOWED_ORIGINS":        {"https://app.example.com", "http://[::1]:8080", "https://a:443", "null", "https://a/"},
		"INTROSPECTION_CLIENTS":       {"records:s3cret", "a:b,c:d:e", "a:b\nc:d", "a:,b:c", "é: x"},
		"PREVIOUS_SECRET_KEYS":        {"a,b", "a\nb\r\n", ",", " a "},
		"PASSWORD_HASH":               {"m=65536,t=3,p=4", "m=8,t=1,p=1", "m=1048577,t=1,p=1", "m=08,t=1,p=1"},
		"ACCEPT_UNTRACKED_TOKENS":     {"true", "2030-01-31T00:00:00Z", "2030-01-31T24:00:00Z", "0001-01-01T00:00:00Z", "yes"},
		"STORE_TIMEOUT":               {"2s", "1h", "-1s", "1e3s", "9223372036854775807ns", ".5s"},
		"SESSION_MAX_AGE":             {"720h", "87600h1ns", "1s"},
		"REFRESH_GRACE":               {"0", "10s", "1000000h"},
		"ACCESS_TOKEN_EXPIRE_MINUTES": {"30", "1441", "0x1e", "+5", "1_0"},
		"HTTP_ADDR":                   {":8000", "[::1]:8000", "127.0.0.1:65536", "a b:1", ":http"},
		"DATABASE_SCHEMA":             {"vidaplus_auth", "pg_x", `x"y`, "A"},
		"USERS_FROM":                  {"public.users", "vidaplus_auth.users", `a."b"`},
		"ISSUER":                      {"https://auth.example.com", "a\x01b", strings.Repeat("i", 256)},
	} {
		for _, value := range values {
			f.Add(name, value)
		}
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, name, value string) {
		if strings.HasSuffix(name, "_FILE") || strings.HasSuffix(name, "_DIR") || strings.ContainsAny(name, "=\x00") || value == "" {
			t.Skip("a file is somebody else's parser")
		}
		c, err := configs.Load([]string{"SECRET_KEY=" + key, "DATABASE_URL=postgres://h/d", name + "=" + value}, dir, false)
		if err != nil {
			secret := slices.Contains([]string{"SECRET_KEY", "PREVIOUS_SECRET_KEYS", "INTROSPECTION_CLIENTS", "DATABASE_URL"}, name)
			if strings.ContainsAny(err.Error(), "\n\x1b") || secret && len(value) > 20 && strings.Contains(err.Error(), value) {
				t.Errorf("%s=%q: the error is %q, want one line, and no secret in it", name, value, err)
			}
			return
		}
		for _, s := range c.Settings() {
			if s.Name == name && !strings.Contains(s.Value, "[secret]") && name != "DATABASE_URL" {
				wantShownAgain(t, dir, name, s.Value)
			}
		}
		if table := configs.RenderSettings(c.Settings()); strings.Count(table, "\n") != len(c.Settings()) {
			t.Errorf("%s=%q: the table is\n%s\nwant a line for each variable", name, value, table)
		}
	})
}

// wantShownAgain says that a value that was shown is taken, and shown as it is.
func wantShownAgain(t *testing.T, dir, name, value string) {
	t.Helper()
	c, err := configs.Load([]string{"SECRET_KEY=" + key, "DATABASE_URL=postgres://h/d", name + "=" + value}, dir, false)
	if err != nil {
		t.Errorf("%s is shown as %q, which is refused: %v", name, value, err)
		return
	}
	for _, s := range c.Settings() {
		if s.Name == name && s.Value != value {
			t.Errorf("%s is shown as %q, and then as %q", name, value, s.Value)
		}
	}
}

// FuzzLoad_Dotenv reads any file: what cannot be understood is one line that quotes nothing of it, and what a plain
// line in single quotes says arrives to the byte.
func FuzzLoad_Dotenv(f *testing.F) {
	for _, seed := range [][2]string{
		{"", "x"}, {"A=b\n", "$x ${A}"}, {"A='\n", "#"}, {"export A=\"b\\n\"\n", "é 😀"}, {"A\n", `\`}, {"A=b # c\n", "a b"}, {"=\n", "="},
		{"A: b\n", "-"}, {"\xff=\n", "\xff"}, {"A=`b`\n", "`"}, {"A=${B\n", "}"},
	} {
		f.Add(seed[0], seed[1])
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, before, issuer string) {
		const canary = "c4n4ry"
		plain := !strings.ContainsAny(issuer, "'\n\r\x00$\\") && issuer != ""
		text := before + "\nSECRET_KEY=" + canary + key + "\nISSUER='" + issuer + "'\n"
		if err := os.WriteFile(filepath.Join(dir, ".env"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := configs.Load(nil, dir, false)
		if err != nil {
			if strings.Contains(err.Error(), canary) || strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Errorf("%q: the error is %q, want one line without the secret", text, err)
			}
			return
		}
		if plain && before == "" && c.Issuer != issuer {
			t.Errorf("the issuer %q arrived as %q", issuer, c.Issuer)
		}
		if strings.Contains(fmt.Sprintf("%v %+v %#v", c, c, c.Settings()), canary) {
			t.Errorf("%q: the configuration prints its secret", text)
		}
	})
}

// FuzzParseDatabase reads a URL of any form, SQLAlchemy's among them.
func FuzzParseDatabase(f *testing.F) {
	for _, seed := range []string{
		"sqlite:vidaplus.db", "sqlite::memory:", "sqlite:///./vidaplus.db", "sqlite:////var/lib/v.db", "sqlite+aiosqlite:///x", "sqlite://x",
		"postgres://u:p@h:5432/d", "postgresql+psycopg2://u:p@h/d?sslmode=disable", "postgresql+asyncpg://h1:1,h2:2/d?target_session_attrs=read-write",
		"POSTGRES://[::1]/d", "postgres://u:p/x@h/d", "postgres://h/d?password=x#y", "mysql://h/d", "mariadb+pymysql://u:p@h:3306/d?ssl-mode=REQUIRED", "mysql:///d?socket=/s", "oracle://h/d",
		"sqlite:file:x?mode=ro", "sqlite:a?mode=ro", "sqlite:a/", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := configs.ParseDatabase(text)
		if err != nil {
			if len(text) > 20 && strings.Contains(err.Error(), text) || d != (configs.Database{}) {
				t.Errorf("%q: %v and %v, want an error alone that does not repeat it", text, d, err)
			}
			return
		}
		switch url := d.URL.Reveal(); d.Engine {
		case configs.SQLite:
			if d.Path == "" || url != "" || strings.ContainsAny(d.Path, "?\x00\n") || strings.HasPrefix(d.Path, "file:") {
				t.Errorf("%q is the file %q and the URL %q, want a file without options", text, d.Path, url)
			}
		case configs.Postgres, configs.MySQL:
			if !strings.HasPrefix(url, d.Engine+"://") || d.Path != "" || strings.ContainsAny(url, "#\x00\n") {
				t.Errorf("%q is the file %q and the URL %q, want a URL", text, d.Path, url)
			}
		default:
			t.Errorf("%q is a database of %q", text, d.Engine)
		}
		if again, err := configs.ParseDatabase(text); err != nil || again.Path != d.Path || !again.URL.Equal(d.URL) {
			t.Errorf("%q is %v and then %v", text, d, again)
		}
	})
}
