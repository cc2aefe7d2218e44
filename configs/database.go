package configs

import (
	"errors"
	"net/url"
	"regexp"
	"strings"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// The engines that DATABASE_URL can name.
const (
	SQLite   = "sqlite"
	Postgres = "postgres"
	MySQL    = "mysql"
)

// Memory is the path of a SQLite database that lives no longer than the process.
const Memory = ":memory:"

const databaseForms = "sqlite:PATH, sqlite::memory:, postgres://USER:PASSWORD@HOST:PORT/NAME or mysql://USER:PASSWORD@HOST:PORT/NAME, " +
	"with special characters in it percent-encoded"

// Database is what DATABASE_URL says. Path belongs to SQLite and is the name of a file as the file system knows it, or
// Memory. URL belongs to the servers. That of Postgres always begins with postgres://; it may name several hosts, so
// url.Parse may refuse it. That of MySQL, which stands for its whole family, always begins with mysql://.
type Database struct {
	Engine string
	Path   string
	URL    domain.Secret
}

// Server tells whether the database is on a server, which other programs may use at the same time.
func (d Database) Server() bool { return d.Engine == Postgres || d.Engine == MySQL }

// Database returns what DATABASE_URL says. Of a Config that Load did not return it may be the zero Database.
func (c Config) Database() Database {
	d, err := parseDatabase(c.DatabaseURL.Reveal())
	if err != nil {
		return Database{}
	}
	return d
}

// ParseDatabase reads a URL of any form that DATABASE_URL may have. Its error says which forms those are, and repeats
// nothing of text.
func ParseDatabase(text string) (Database, error) {
	d, err := parseDatabase(text)
	if err != nil {
		return Database{}, errors.New("must be " + databaseForms)
	}
	return d, nil
}

var (
	postgresForm = regexp.MustCompile(`^(?i:postgres|postgresql(?:\+(?:psycopg2|psycopg|asyncpg))?)://(.*)$`)
	mysqlForm    = regexp.MustCompile(`^(?i:(?:mysql|mariadb)(?:\+(?:pymysql|mysqldb|mysqlconnector|mariadbconnector|aiomysql|asyncmy))?)://(.*)$`)
	sqliteForm   = regexp.MustCompile(`^(?i:sqlite(?:\+(?:pysqlite|aiosqlite))?):(.*)$`)
)

func parseDatabase(text string) (Database, error) {
	if !domain.CleanText(text, 4096) {
		return Database{}, errValue
	}
	if match := sqliteForm.FindStringSubmatch(text); match != nil {
		path, err := sqlitePath(match[1])
		return Database{Engine: SQLite, Path: path}, err
	}
	if match := postgresForm.FindStringSubmatch(text); match != nil && postgresOK(match[1]) {
		return Database{Engine: Postgres, URL: domain.NewSecret("postgres://" + match[1])}, nil
	}
	if match := mysqlForm.FindStringSubmatch(text); match != nil && mysqlOK(match[1]) {
		return Database{Engine: MySQL, URL: domain.NewSecret("mysql://" + match[1])}, nil
	}
	return Database{}, errValue
}

// sqlitePath also reads SQLAlchemy's form: three slashes before a relative path, four before an absolute one. Options
// are refused: they are ours to choose, and a driver would take them out of the path.
func sqlitePath(path string) (string, error) {
	if rest, ok := strings.CutPrefix(path, "//"); ok {
		if path, ok = strings.CutPrefix(rest, "/"); !ok {
			return "", errValue
		}
	}
	if path == "" || strings.HasPrefix(path, "file:") || strings.HasSuffix(path, "/") || strings.Contains(path, "?") {
		return "", errValue
	}
	if strings.HasPrefix(path, ":") && path != Memory {
		return "", errValue
	}
	return path, nil
}

// serverParts cuts what follows "://" into user information, hosts, and path with options.
func serverParts(rest string) (userinfo, hosts, tail string) {
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest, tail = rest[:end], rest[end:]
	}
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		return rest[:at+1], rest[at+1:], tail
	}
	return "", rest, tail
}

// postgresOK asks of each host alone whether it makes a URL, since url.Parse knows one host only. A # or @ behind the
// hosts is refused: there a password with a bare / ? or # was cut in two, and the mask would miss its second half.
func postgresOK(rest string) bool {
	userinfo, hosts, tail := serverParts(rest)
	if strings.ContainsAny(tail, "#@") {
		return false
	}
	for host := range strings.SplitSeq(hosts, ",") {
		u, err := url.Parse("postgres://" + userinfo + host + tail)
		if err != nil {
			return false
		}
		if _, err := url.ParseQuery(u.RawQuery); err != nil {
			return false
		}
	}
	return true
}

// mysqlOK asks for one host and for a database, which the URL is the only place to name.
func mysqlOK(rest string) bool {
	_, hosts, tail := serverParts(rest)
	path, _, _ := strings.Cut(tail, "?")
	name := strings.TrimPrefix(path, "/")
	return postgresOK(rest) && !strings.Contains(hosts, ",") && name != "" && !strings.Contains(name, "/")
}

// maskedURL returns text with every password in it replaced by a mask, or the mask alone if it is no database's URL.
func maskedURL(secret domain.Secret) string {
	text := secret.Reveal()
	if _, err := parseDatabase(text); err != nil {
		return secret.String()
	}
	scheme, rest, ok := strings.Cut(text, "://")
	if !ok || !postgresForm.MatchString(text) && !mysqlForm.MatchString(text) {
		return text
	}
	userinfo, hosts, tail := serverParts(rest)
	if user, _, ok := strings.Cut(userinfo, ":"); ok {
		userinfo = user + ":" + secret.String() + "@"
	}
	return scheme + "://" + userinfo + hosts + maskedOptions(tail, secret.String())
}

func maskedOptions(tail, mask string) string {
	path, query, ok := strings.Cut(tail, "?")
	if !ok {
		return tail
	}
	options := strings.Split(query, "&")
	for i, option := range options {
		name, _, _ := strings.Cut(option, "=")
		if plain, err := url.QueryUnescape(name); err != nil || strings.Contains(strings.ToLower(plain), "password") {
			options[i] = name + "=" + mask
		}
	}
	return path + "?" + strings.Join(options, "&")
}
