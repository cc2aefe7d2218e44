package configs_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/vidaplus/vidaplus-auth/configs"
)

func TestConfig_DatabaseReadsEveryForm(t *testing.T) {
	for text, want := range map[string]struct{ engine, rest string }{
		"sqlite:vida.db":                             {configs.SQLite, "vida.db"},
		"sqlite:/var/lib/vida.db":                    {configs.SQLite, "/var/lib/vida.db"},
		"sqlite:dir with space/é#%.db":               {configs.SQLite, "dir with space/é#%.db"},
		"sqlite::memory:":                            {configs.SQLite, configs.Memory},
		"sqlite:///vida.db":                          {configs.SQLite, "vida.db"},
		"sqlite:////var/vida.db":                     {configs.SQLite, "/var/vida.db"},
		"sqlite:///:memory:":                         {configs.SQLite, configs.Memory},
		"postgres://u:p@h/d":                         {configs.Postgres, "postgres://u:p@h/d"},
		"postgresql://u:p@h/d?sslmode=disable":       {configs.Postgres, "postgres://u:p@h/d?sslmode=disable"},
		"postgresql+psycopg2://u:p%40@h:5432/d":      {configs.Postgres, "postgres://u:p%40@h:5432/d"},
		"postgresql+psycopg://h/d":                   {configs.Postgres, "postgres://h/d"},
		"postgresql+asyncpg://h/d":                   {configs.Postgres, "postgres://h/d"},
		"POSTGRES://h/d":                             {configs.Postgres, "postgres://h/d"},
		"postgres:///d?host=/run/postgresql":         {configs.Postgres, "postgres:///d?host=/run/postgresql"},
		"postgres://u:p@h1:5432,[::1]:5433,h3/d?a=b": {configs.Postgres, "postgres://u:p@h1:5432,[::1]:5433,h3/d?a=b"},
		"postgres://u:p@ss@h/d":                      {configs.Postgres, "postgres://u:p@ss@h/d"},
		"mysql://u:p%40@h:3306/d?ssl-mode=REQUIRED":  {configs.MySQL, "mysql://u:p%40@h:3306/d?ssl-mode=REQUIRED"},
		"mysql+pymysql://u:p@[::1]/d":                {configs.MySQL, "mysql://u:p@[::1]/d"},
		"MariaDB+MariaDBConnector://h/d":             {configs.MySQL, "mysql://h/d"},
		"mysql:///d?socket=/run/mysqld/mysqld.sock":  {configs.MySQL, "mysql:///d?socket=/run/mysqld/mysqld.sock"},
	} {
		d := mustLoad(t, "", "DATABASE_URL="+text, "SECRET_KEY="+key).Database()
		if d.Engine != want.engine || d.Path+d.URL.Reveal() != want.rest {
			t.Errorf("%s: %s %s%s, want %s %s", text, d.Engine, d.Path, d.URL.Reveal(), want.engine, want.rest)
		}
	}
}

func TestLoad_RefusesEveryOtherDatabase(t *testing.T) {
	for _, text := range []string{
		"vida.db", "sqlite", "sqlite:", "sqlite://", "sqlite:///", "sqlite://host/vida.db", "sqlite:dir/", "sqlite:file:vida.db",
		"sqlite:vida.db?mode=ro", "sqlite::temp:", "sqlite:a\x00b", "oracle://h/d", "mysql:h/d",
		"mysql://h", "mysql://h/", "mysql://h/a/b", "mysql://h1,h2/d", "mysql://u:p#q@h/d", "mysql://h:port/d", "mysql+oursql://h/d", "postgres:h/d", "postgresql+pg8000://h/d",
		"host=h dbname=d", "postgres://u:p@h:port/d", "postgres://u:%zz@h/d", "postgres://u:p#q@h/d", "postgres://u:1/q@h/d",
		"postgres://u:1?q@h/d", "postgres://u:p@h1:5432,h 2/d", "postgres://h/d?a=%zz", "postgres://h/d\n",
	} {
		_, err := load(t, "", "DATABASE_URL="+text, "SECRET_KEY="+key)
		if err == nil || !strings.HasPrefix(err.Error(), "DATABASE_URL cannot be used, must be sqlite:PATH, ") {
			t.Errorf("%q: %v, want the possible forms", text, err)
		}
	}
}

func TestConfig_DatabaseOfNoConfigIsZero(t *testing.T) {
	if d := (configs.Config{}).Database(); d != (configs.Database{}) {
		t.Errorf("%+v, want the zero Database", d)
	}
}

// FuzzLoad_DatabaseURL looks for a text whose password shows in an error or in the settings.
func FuzzLoad_DatabaseURL(f *testing.F) {
	for _, seed := range [][2]string{
		{"", "h/d"}, {"@", "h1:1,h2:2/d?password="}, {"/", "h"}, {"?x=", "h"}, {":", "[::1]/d"}, {"#", "h"}, {"%zz", "h"}, {"&a=", "h"},
	} {
		f.Add(seed[0], seed[1])
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, before, rest string) {
		for scheme, want := range map[string]string{"postgresql": "postgres", "mariadb": "mysql"} {
			hidesThePassword(t, dir, scheme, before, rest, want)
		}
	})
}

func hidesThePassword(t *testing.T, dir, scheme, before, rest, want string) {
	const canary = "c4n4ry"
	text := scheme + "://user:" + before + canary + "@" + rest
	c, err := configs.Load([]string{"DATABASE_URL=" + text, "SECRET_KEY=" + key}, dir, false)
	if err != nil {
		if strings.Contains(err.Error(), canary) {
			t.Fatalf("%q: the error %v holds the password", text, err)
		}
		return
	}
	if shown := c.Settings()[0].Value; strings.Contains(shown, canary) && !strings.Contains(rest, canary) {
		t.Fatalf("%q is shown as %q", text, shown)
	}
	if u, err := url.Parse(c.Database().URL.Reveal()); err == nil && u.Scheme != want {
		t.Fatalf("%q has scheme %q, want %s", text, u.Scheme, want)
	}
}
