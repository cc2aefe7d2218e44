package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// subject is a service that is measured in turn with others.
type subject struct {
	name string
	// db is nil for one without PostgreSQL.
	db    *database
	start func(context.Context) (*process, error)
	// tokens makes n new sessions and returns their tokens.
	tokens func(ctx context.Context, n int) ([]string, error)
}

// turn starts the service, loads it for a while and stops it.
func (b *bench) turn(ctx context.Context, s subject, connections int, warmUp, window time.Duration) (sample, error) {
	tokens, err := s.tokens(ctx, connections)
	if err != nil {
		return sample{}, fmt.Errorf("%s: %w", s.name, err)
	}
	p, err := s.start(ctx)
	if err != nil {
		return sample{}, fmt.Errorf("%s: %w", s.name, err)
	}
	got, err := b.observe(ctx, p, s.db, load{connections: connections, lines: tokens, warmUp: warmUp, window: window})
	if err := errors.Join(err, p.stop()); err != nil {
		return sample{}, fmt.Errorf("%s: %w", s.name, err)
	}
	b.say("   %-22s %5d connections %7.0f/s, p99 %.1f ms, %d not 200", s.name, connections, got.Rate, got.P99, got.failed())
	return got, nil
}

// yardstick is one of the plainest services. target is what its store is told to open.
func (b *bench) yardstick(kind, target string) func(context.Context) (*process, error) {
	return func(ctx context.Context) (*process, error) {
		address, err := freeAddress()
		if err != nil {
			return nil, err
		}
		return b.start(ctx, address, nil, "yardstick", "-kind", kind, "-addr", address, "-database", target, "-key", b.key)
	}
}

// ceiling keeps nothing.
func (b *bench) ceiling() subject {
	return subject{
		name: "ceiling", start: b.yardstick("ceiling", ""),
		tokens: func(_ context.Context, n int) ([]string, error) { return mintAll(plainSessions(n), b.key) },
	}
}

// onPostgres is a yardstick with a table of its own in db.
func (b *bench) onPostgres(kind string, db *database) subject {
	return subject{
		name: kind, db: db, start: b.yardstick(kind, db.url),
		tokens: func(ctx context.Context, n int) ([]string, error) {
			all := plainSessions(n)
			err := db.run(ctx, "DROP TABLE IF EXISTS yardstick",
				"CREATE TABLE yardstick (id text PRIMARY KEY, jti text NOT NULL) WITH (fillfactor = 75)")
			if err != nil {
				return nil, err
			}
			_, err = db.conn.CopyFrom(ctx, pgx.Identifier{"yardstick"}, []string{"id", "jti"},
				pgx.CopyFromSlice(n, func(i int) ([]any, error) { return []any{all[i].ID, all[i].TokenID}, nil }))
			if err := errors.Join(err, db.settled(ctx)); err != nil {
				return nil, err
			}
			return mintAll(all, b.key)
		},
	}
}

// plainSessions are sessions that look like ours.
func plainSessions(n int) []session {
	now := time.Now()
	all := make([]session, n)
	for i := range all {
		all[i] = session{
			Email: fmt.Sprintf("user%d@example.com", i), IssuedAt: now.Unix(), Expires: now.Add(30 * time.Minute).Unix(),
			TokenID: fmt.Sprintf("1.%022d", i),
			ID:      fmt.Sprintf("018bcfe5-6800-7000-8000-%012x", i), UserID: fmt.Sprintf("018bcfe5-6800-7000-9000-%012x", i),
		}
	}
	return all
}
