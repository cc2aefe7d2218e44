package postgres_test

import (
	"strings"
	"testing"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/test/contract/engine"
	"github.com/vidaplus/vidaplus-auth/test/pg"
)

func good(domain.Secret) bool { return true }

func TestUnshare_MakesTheAccountsOurOwnAndTheirSessionsGoOn(t *testing.T) {
	db, url := sharing(t, "integer")
	execute(t, url, insertTheirs+"(1, 'A', 'Ana@x', 'h', TRUE, FALSE), (10, 'B', 'bo@x', 'plaintext', FALSE, TRUE)")
	session := engine.Begin(t, db, domain.User{ID: "1", PasswordHash: domain.NewSecret("h")})
	n, err := gormstore.NewAccountSharing(db.Engine()).Unshare(t.Context(), func(hash domain.Secret) bool { return hash.Reveal() == "h" })
	if err != nil || n != 2 {
		t.Fatalf("%d accounts, %v, want 2", n, err)
	}
	own := opened(t, url, "vidaplus_auth")
	if err := own.CheckMigrated(t.Context()); err != nil {
		t.Fatal(err)
	}
	execute(t, url, "DROP TABLE public.users")
	state, swapped, err := gormstore.NewSessionStore(own.Engine()).Rotate(t.Context(), engine.Rotation(session))
	if err != nil || !swapped || state.Email != "Ana@x" {
		t.Errorf("a rotation: %+v, %v, %v", state, swapped, err)
	}
	if u, err := gormstore.NewUserStore(own.Engine()).FindByEmail(t.Context(), "BO@x"); err != nil || u.ID != "10" || u.Enabled || !u.Admin || !u.PasswordHash.Empty() {
		t.Errorf("the other account is %+v, %v, want it disabled and without a password", u, err)
	}
	known, err := gormstore.NewUserIntake(own.Engine()).Known(t.Context(), []string{"1", "10"})
	if err != nil || len(known) != 2 {
		t.Errorf("an import knows %v, %v, want both", known, err)
	}
	engine.RoundTrip(t, own)
	if _, err := gormstore.NewAccountSharing(own.Engine()).Unshare(t.Context(), good); err != domain.ErrUsersOwn { //nolint:errorlint // the very same
		t.Errorf("once more: %v, want %v", err, domain.ErrUsersOwn)
	}
}

func TestUnshare_AfterATrialImportWhoseAccountsWereRemoved(t *testing.T) {
	url := pg.Database(t)
	execute(t, url, strings.Replace(theirTable, "%s", "integer", 1), insertTheirs+"(1, 'A', 'ana@x', 'h', TRUE, FALSE)")
	own := migrated(t, url, "vidaplus_auth")
	tried := domain.User{ID: "1", Email: "ana@x", Enabled: true, CreatedAt: engine.Noon}
	err := gormstore.NewUserIntake(own.Engine()).Add(t.Context(), []domain.ImportedUser{{User: tried, Fingerprint: "before"}})
	if err == nil {
		_, err = gormstore.NewUserRegister(own.Engine()).Remove(t.Context(), "1", engine.Noon)
	}
	if err != nil {
		t.Fatal(err)
	}
	if n, err := gormstore.NewAccountSharing(shared(t, url).Engine()).Unshare(t.Context(), good); err != nil || n != 1 {
		t.Fatalf("%d accounts, %v, want 1", n, err)
	}
	known, err := gormstore.NewUserIntake(own.Engine()).Known(t.Context(), []string{"1"})
	if err != nil || len(known) != 1 || known["1"] == "before" {
		t.Errorf("an import knows %v, %v, want the row of now", known, err)
	}
}

func TestUnshare_ChangesNothingIfAnAccountCannotBeOurs(t *testing.T) {
	db, url := sharing(t, "integer")
	execute(t, url, insertTheirs+"(1, 'A', 'ana@x', 'h', TRUE, FALSE), (2, 'B', 'ANA@x', 'h', TRUE, FALSE), (3, 'C', 'nobody', 'h', TRUE, FALSE)")
	_, err := gormstore.NewAccountSharing(db.Engine()).Unshare(t.Context(), good)
	if err == nil || !strings.Contains(err.Error(), "2 (its address differs from that of 1") || !strings.Contains(err.Error(), "3 (email") {
		t.Errorf("the error is %v, want both accounts named", err)
	}
	if err := db.CheckMigrated(t.Context()); err != nil {
		t.Errorf("afterwards: %v, want the accounts shared", err)
	}
}
