package e2e

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/vidaplus/vidaplus-auth/test/pg"
	"github.com/vidaplus/vidaplus-auth/test/program"
)

func TestPrivacy_WhoWasRemovedIsNowhereButWhereThePageSays(t *testing.T) {
	t.Parallel()
	database := pg.Database(t)
	s := start(t, database, "ACCEPT_UNTRACKED_TOKENS=true")
	conn := connected(t, database)
	// Somebody tries her address before she has an account.
	s.login(maria, mariasPassword)
	program.Within(t, 5*time.Second, "that is stored", func() bool { return len(whereIs(t, conn, maria)) > 0 })
	s.Must(mariasPassword+"\n", "users", "add", maria, "--name", "Maria Quitéria", "--password-stdin")
	s.AddUser(joao, mariasPassword)
	s.call("GET", "/auth/me", s.refreshed(s.loggedIn()), "")
	s.login(maria, "wrong")
	s.login("Maria@Example.com", "wrong")
	id := readJWT(t, s.loggedIn(), secretKey).text(t, "uid")
	hash := rows(t, conn, `SELECT password_hash FROM vidaplus_auth.users WHERE id = '`+id+`'`)[0]
	if found := whereIs(t, conn, maria); len(found) == 0 {
		t.Fatal("maria is nowhere although nobody has removed her: nothing is proved")
	}

	s.Must("", "users", "remove", maria)
	// Hers are looked for in other letter cases too.
	for _, part := range []string{"maria", "quitéria", hash} {
		for _, place := range whereIs(t, conn, part) {
			if place != "untracked_cutoffs.subject" {
				t.Errorf("%q is still in %s", part, place)
			}
		}
	}
	for _, place := range whereIs(t, conn, id) {
		if !strings.HasPrefix(place, "sessions.") && !strings.HasPrefix(place, "security_events.") && place != "untracked_cutoffs.subject" {
			t.Errorf("her number is still in %s", place)
		}
	}
	for line := range strings.Lines(s.Out.String()) {
		if strings.Contains(strings.ToLower(line), "maria") && !strings.Contains(line, `"reason":"user_unknown","attempted":"`+maria+`"`) {
			t.Errorf("the log names her: %s", line)
		}
	}
	// The page says how the last trace goes.
	page := text(t, "docs", "privacy.md")
	_, statement, _ := strings.Cut(page, "```sql\n")
	statement, _, _ = strings.Cut(statement, ";")
	if _, err := conn.Exec(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
	if found := whereIs(t, conn, maria); len(found) > 0 {
		t.Errorf("after the page's statement she is still in %q", found)
	}
	s.login(maria, mariasPassword).is(t, http.StatusUnauthorized, badCredentials)
	s.login(joao, mariasPassword).token(t)
}

func TestPrivacy_ThePageNamesEveryTable(t *testing.T) {
	t.Parallel()
	database := pg.Database(t)
	start(t, database)
	conn := connected(t, database)
	page := text(t, "docs", "privacy.md")
	tables := rows(t, conn, `SELECT table_name FROM information_schema.tables WHERE table_schema = 'vidaplus_auth'`)
	if len(tables) < 4 {
		t.Fatalf("the tables are %q", tables)
	}
	for _, table := range tables {
		if table != "goose_db_version" && !strings.Contains(page, "table `"+table+"`") {
			t.Errorf("docs/privacy.md says nothing of the table %s", table)
		}
	}
}

// whereIs returns the columns that hold a text, in any letter case.
func whereIs(t *testing.T, conn *pgx.Conn, part string) []string {
	t.Helper()
	var found []string
	for _, column := range rows(t, conn, `SELECT table_name || '.' || column_name FROM information_schema.columns
		WHERE table_schema = 'vidaplus_auth' ORDER BY 1`) {
		table, name, _ := strings.Cut(column, ".")
		holds := rows(t, conn, `SELECT 'yes' FROM `+pgx.Identifier{"vidaplus_auth", table}.Sanitize()+
			` WHERE strpos(lower(`+pgx.Identifier{name}.Sanitize()+`::text), lower('`+strings.ReplaceAll(part, "'", "''")+`')) > 0 LIMIT 1`)
		if len(holds) > 0 {
			found = append(found, column)
		}
	}
	return found
}

// rows returns the one column that a statement asks for.
func rows(t *testing.T, conn *pgx.Conn, statement string) []string {
	t.Helper()
	all, err := conn.Query(t.Context(), statement)
	if err != nil {
		t.Fatal(err)
	}
	texts, err := pgx.CollectRows(all, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return texts
}
