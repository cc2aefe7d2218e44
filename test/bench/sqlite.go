package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	_ "modernc.org/sqlite" // the driver that ours uses
)

const naiveName = "one GORM UPDATE a refresh"

// takeSQLite compares ours on SQLite with the plainest service on the same driver.
func takeSQLite(ctx context.Context, b *bench) (outcome, error) {
	ours, err := b.oursOnSQLite(ctx)
	if err != nil {
		return outcome{}, err
	}
	t, err := b.rounds(ctx, []subject{b.naiveOnSQLite(), ours})
	if err != nil {
		return outcome{}, err
	}
	return sqliteOutcome(t), nil
}

// oursOnSQLite has the schema that the service makes, and sessions of the one user that a command adds.
func (b *bench) oursOnSQLite(ctx context.Context) (subject, error) {
	path := b.path("ours.db")
	o := &ours{b: b, url: "sqlite:" + path}
	if err := o.prepare(ctx); err != nil {
		return subject{}, err
	}
	s := o.subject(oursName, "info")
	s.tokens = func(ctx context.Context, n int) ([]string, error) {
		all := plainSessions(n)
		err := inSQLite(ctx, path, func(tx *sql.Tx) error { return seedSQLite(ctx, tx, all) })
		if err != nil {
			return nil, err
		}
		return mintAll(all, b.key)
	}
	return s, nil
}

func seedSQLite(ctx context.Context, tx *sql.Tx, all []session) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM sessions"); err != nil {
		return err
	}
	const month = 30 * 24 * 60 * 60
	for i := range all {
		s := &all[i]
		if err := tx.QueryRowContext(ctx, "SELECT id, email FROM users").Scan(&s.UserID, &s.Email); err != nil {
			return err
		}
		// Times are microseconds.
		issued, expires := s.IssuedAt*1e6, s.Expires*1e6
		_, err := tx.ExecContext(ctx, `INSERT INTO sessions (id, user_id, created_at, ends_at, address, user_agent,
			current_jti, issued_at, expires_at, replaced_jti, replaced_at, last_expiry, revoked_at, revoked_for)
			VALUES (?, ?, ?, ?, '192.0.2.17', 'bench', ?, ?, ?, '', NULL, ?, NULL, '')`,
			s.ID, s.UserID, issued, issued+month*1e6, s.TokenID, issued, expires, expires)
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) naiveOnSQLite() subject {
	path := b.path("naive.db")
	return subject{
		name: naiveName, start: b.yardstick("sqlite", path),
		tokens: func(ctx context.Context, n int) ([]string, error) {
			all := plainSessions(n)
			err := inSQLite(ctx, path, func(tx *sql.Tx) error {
				_, err := tx.ExecContext(ctx, "DROP TABLE IF EXISTS yardstick; CREATE TABLE yardstick (id TEXT PRIMARY KEY, jti TEXT NOT NULL)")
				for _, s := range all {
					_, failed := tx.ExecContext(ctx, "INSERT INTO yardstick VALUES (?, ?)", s.ID, s.TokenID)
					err = errors.Join(err, failed)
				}
				return err
			})
			if err != nil {
				return nil, err
			}
			return mintAll(all, b.key)
		},
	}
}

func inSQLite(ctx context.Context, path string, do func(*sql.Tx) error) error {
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)")
	if err != nil {
		return err
	}
	defer db.Close()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

func sqliteOutcome(t turns) outcome {
	times := ratios(of(t.samples[oursName], rate), of(t.samples[naiveName], rate))
	write := func(n float64) string { return fmt.Sprintf("%.1f times", n) }
	return outcome{
		title: fmt.Sprintf("Refresh at %d sessions, SQLite", sessions),
		goals: []goal{
			atLeast("SQLite: rate, of one GORM UPDATE a refresh in the same round", 10, 10, times, write),
			atMost("SQLite: answers that are not 200", 0, []float64{float64(failures(t.samples[oursName]))}, count),
		},
		text: t.table() + fmt.Sprintf("\nOurs, of the other, round by round: %s. Both on the same driver without cgo, "+
			"`journal_mode=WAL`, `synchronous=FULL`, one connection.\n", span(times, write)),
	}
}
