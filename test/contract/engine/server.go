package engine

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/test/contract"
)

// Server is an engine that serves several replicas at once. Its databases know CheckMigrated too.
type Server struct {
	Subject
	// Start starts a server of the test's own.
	Start func(*testing.T) Machine
	// Outdated is what CheckMigrated says of a schema that lacks a migration.
	Outdated error
	// Unstorable is a token's id that no row can hold.
	Unstorable domain.TokenID
	// MigrationLock takes what a replica holds while it migrates, for as long as the connection or transaction lasts.
	MigrationLock string
	// Freeze lets nobody store a session until the connection executes Thaw. Where it is empty, two tests are left out that
	// need to know who waits and who gives up: those of a lost connection and of a deadlock.
	Freeze, Thaw string
	// Waiting yields the id of each connection to the database that waits for a lock, and Kill, with an id for %s, ends one.
	// Whoever asks again sooner than Stale hears the same again.
	Waiting, Kill string
	Stale         time.Duration
	// Deadlocks yields how many there have been. Deadlocking, if there is any, sees to it that of two who come to the database
	// from then on the one who waited first gives up, on a busy machine too.
	Deadlocks   string
	Deadlocking []string
	// ReadOnly lets nobody write, as on a replica, and Writable takes that back. They are done to the server at Start's URL,
	// and are for whoever comes to the place that Ordinary returns.
	ReadOnly, Writable []string
	Ordinary           func(t *testing.T, place string) string
}

// Machine is a server that may be stopped, at once as by a crash or in order, started again, paused and resumed.
type Machine interface {
	URL() string
	Stop(immediate bool)
	Start()
	Pause()
	Resume()
}

// ServerDatabase is a Database whose schema somebody else may bring up to date.
type ServerDatabase interface {
	Database
	CheckMigrated(context.Context) error
}

// ServerContract checks what every server has to prove, Contract included.
func ServerContract(t *testing.T, s Server) {
	Contract(t, s.Subject)
	t.Run("Turn among replicas", s.turns)
	t.Run("migrates for many at once, of whom nobody waits long", s.manyMigrateAtOnce)
	t.Run("migrates without waiting for another where nothing is to be done", s.migratesBesideAnother)
	t.Run("migrates with a single connection", s.migratesWithOneConnection)
	t.Run("asks for migrations that are missing and for nothing else", s.asksForMissingMigrations)
	t.Run("is unavailable while the server is gone, and serves afterwards", s.outages)
	t.Run("is unavailable for a rotation that waits too long, which swaps nothing later", s.waitsTooLong)
	if s.Freeze != "" {
		t.Run("revokes once more after a deadlock", s.deadlocks)
	}
	t.Run("ends what was just being taken in when everything is ended", s.endsWhatIsTakenIn)
	t.Run("rotations of two replicas never deadlock", s.twoReplicas)
	s.crowd(t, "a rotation holds no user", s.holdsNoUser)
	if !s.Alone {
		s.crowd(t, "one caller's bad row fails nobody else", s.oneBadRow)
		s.crowd(t, "a session that is held holds up nobody else", s.OneIsHeld)
	}
	if !s.Alone && s.Freeze != "" {
		s.crowd(t, "a lost connection fails the whole commit as unavailable", s.losesItsConnection)
	}
}

func (s Server) opened(t *testing.T, place string) ServerDatabase {
	t.Helper()
	db, known := s.Open(t, place, 20, Patience).(ServerDatabase)
	if !known {
		t.Fatal("the database does not know CheckMigrated")
	}
	return db
}

func (s Server) turns(t *testing.T) {
	place := s.Place(t)
	one, other := gormstore.NewTurn(s.migrated(t, place).Engine()), gormstore.NewTurn(s.opened(t, place).Engine())
	contract.Turn(t, one, other)
	elsewhere, both := gormstore.NewTurn(s.new(t).Engine()), false
	_, err := one.Take(t.Context(), func(ctx context.Context) (err error) {
		both, err = elsewhere.Take(ctx, func(context.Context) error { return nil })
		return err
	})
	if err != nil || !both {
		t.Errorf("the turn of another database: taken=%v, %v", both, err)
	}
}

func (s Server) outages(t *testing.T) {
	server := s.Start(t)
	db := s.impatient(t, server.URL())
	Serves(t, db)
	for what, outage := range map[string]struct{ begin, end func() }{
		"stopped": {func() { server.Stop(true) }, server.Start},
		"paused":  {server.Pause, server.Resume},
	} {
		t.Run(what, func(t *testing.T) {
			outage.begin()
			contract.Unavailable(t.Context(), t, Stores(db.Engine()), Impatience+Slack)
			unready(t, db)
			taken, err := gormstore.NewTurn(db.Engine()).Take(t.Context(), func(context.Context) error { return nil })
			if taken || !errors.Is(err, domain.ErrUnavailable) {
				t.Errorf("the turn: taken=%v, %v, want %v", taken, err, domain.ErrUnavailable)
			}
			outage.end()
			Recovers(t, db)
			Serves(t, db)
		})
	}
	t.Run("read-only", func(t *testing.T) {
		root, db := s.Connect(t, server.URL()), s.Open(t, s.Ordinary(t, server.URL()), 20, Patience)
		RoundTrip(t, db)
		Execute(t, root, s.ReadOnly...)
		within(t, "the server is read-only", func() bool { return db.Engine().Check(t.Context()) != nil })
		contract.Unwritable(t.Context(), t, Stores(db.Engine()), Slack)
		unready(t, db)
		Execute(t, root, s.Writable...)
		Recovers(t, db)
		RoundTrip(t, db)
	})
}

// AwaitWaiting returns once so many connections to the database wait for a lock.
func (s Server) AwaitWaiting(t *testing.T, place string, want int) {
	t.Helper()
	other := s.Connect(t, place)
	within(t, fmt.Sprintf("%d connections wait for a lock", want), func() bool {
		if len(Rows(t, other, s.Waiting)) >= want {
			return true
		}
		time.Sleep(s.Stale)
		return false
	})
}

func (s Server) waitsTooLong(t *testing.T) {
	place := s.Place(t)
	db, patient := s.impatient(t, place), s.opened(t, place)
	u, session := Begun(t, patient)
	other := Begin(t, patient, u)
	_, release := Holds(t, s.Connect(t, place), "SELECT 1 FROM sessions WHERE id = '"+session.ID+"' FOR UPDATE")
	for range 6 {
		_, _, err := gormstore.NewSessionStore(db.Engine()).Rotate(t.Context(), Rotation(session))
		if !errors.Is(err, domain.ErrUnavailable) {
			t.Fatalf("the error is %v, want %v", err, domain.ErrUnavailable)
		}
	}
	swapsAtLast(t, db, Rotation(other))
	release()
	swapsAtLast(t, db, Rotation(session))
}

func (s Server) deadlocks(t *testing.T) {
	place := s.Place(t)
	Execute(t, s.Connect(t, place), s.Deadlocking...)
	db, other := s.migrated(t, place), s.Connect(t, place)
	u, session := Begun(t, db)
	before := Rows(t, other, s.Deadlocks)[0]
	// Whoever has changed less gives up, or whoever has waited for longer: that is the store.
	rival, _ := Holds(t, other, "INSERT INTO untracked_cutoffs (subject, not_before) SELECT CONCAT('someone', version_id), tstamp FROM goose_db_version",
		"SELECT 1 FROM sessions WHERE id = '"+session.ID+"' FOR UPDATE")
	revoked := make(chan error, 1)
	go func() {
		_, err := gormstore.NewSessionRegister(db.Engine()).RevokeUser(t.Context(), u.ID, "", domain.ReasonOperator, Noon)
		revoked <- err
	}()
	s.AwaitWaiting(t, place, 1)
	if _, err := rival.ExecContext(t.Context(), "SELECT 1 FROM users WHERE id = '"+u.ID+"' FOR UPDATE"); err != nil {
		t.Fatalf("the rival lost the deadlock, so nothing is proved: %v", err)
	}
	ok(t, rival.Commit())
	if err := <-revoked; err != nil {
		t.Errorf("revoking after a deadlock: %v", err)
	}
	if after := Rows(t, other, s.Deadlocks)[0]; after == before {
		t.Error("there was no deadlock, so nothing is proved")
	}
	state, err := gormstore.NewSessionStore(db.Engine()).Find(t.Context(), session.ID)
	if err != nil || state.RevokedFor != domain.ReasonOperator {
		t.Errorf("the session is revoked for %q, %v", state.RevokedFor, err)
	}
}

// The taking in has asked for the cut-offs and found none when everything is ended. It must not be overlooked.
func (s Server) endsWhatIsTakenIn(t *testing.T) {
	place := s.Place(t)
	db := s.migrated(t, place)
	u, session := Begun(t, db)
	// The taking in ends the oldest session, which it cannot get at.
	_, release := Holds(t, s.Connect(t, place), "SELECT 1 FROM sessions WHERE id = '"+session.ID+"' FOR UPDATE")
	claims := domain.Claims{Subject: u.Email, ExpiresAt: Noon.Add(time.Hour).Truncate(time.Second)}
	untracked := Policy.UntrackedSession("an untracked token", claims, u.ID, domain.Client{}, Noon)
	takenIn, revoked := make(chan error, 1), make(chan error, 1)
	go func() {
		takenIn <- gormstore.NewSessionStore(db.Engine()).TakeIn(t.Context(), untracked, u.Email, Noon.Add(-time.Minute), 1)
	}()
	s.AwaitWaiting(t, place, 1)
	go func() {
		_, _, err := gormstore.NewSessionRegister(db.Engine()).RevokeAll(t.Context(), domain.ReasonOperator, Noon, "", 10)
		revoked <- err
	}()
	s.AwaitWaiting(t, place, 2)
	release()
	ok(t, errors.Join(<-takenIn, <-revoked))
	state, err := gormstore.NewSessionStore(db.Engine()).Find(t.Context(), untracked.ID)
	if err != nil || state.RevokedAt.IsZero() {
		t.Errorf("the session was revoked at %v, %v, want it ended", state.RevokedAt, err)
	}
}
