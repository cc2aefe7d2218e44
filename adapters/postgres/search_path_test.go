package postgres

import (
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/test/pg"
)

// A pooler may drop the setting of search_path without a word. The tables must not end up in another schema then.
func TestMigrate_RefusesAConnectionThatIsInAnotherSchema(t *testing.T) {
	url := pg.Database(t)
	d, err := Open(t.Context(), domain.NewSecret(url), "ours", 2, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	err = d.checkSearchPath(t.Context(), conn)
	if err == nil || !strings.Contains(err.Error(), `"public"`) || !strings.Contains(err.Error(), `"ours"`) {
		t.Errorf("the error is %v, want one that names both schemas", err)
	}
}
