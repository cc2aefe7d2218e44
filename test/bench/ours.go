package main

import (
	"context"
	"fmt"
	"os"
)

// The user whose password every seeded user has.
const (
	userEmail    = "bench@example.com"
	userPassword = "kettle-orbit-maple-57"
)

// ours is the service on one database.
type ours struct {
	b  *bench
	db *database
	// url is what DATABASE_URL says.
	url  string
	hash string
}

// newOurs makes a database with our schema and remembers what a hash of the password looks like.
func (b *bench) newOurs(ctx context.Context, name string) (*ours, error) {
	db, err := b.newDatabase(ctx, name)
	if err != nil {
		return nil, err
	}
	o := &ours{b: b, db: db, url: db.url}
	if err := o.prepare(ctx); err != nil {
		return nil, err
	}
	return o, db.conn.QueryRow(ctx, "SELECT password_hash FROM vidaplus_auth.users").Scan(&o.hash)
}

// prepare makes the schema and one user.
func (o *ours) prepare(ctx context.Context) error {
	if _, err := o.b.command(ctx, o.env("info"), "", "vidaplus-auth", "migrate"); err != nil {
		return err
	}
	_, err := o.b.command(ctx, o.env("info"), userPassword+"\n", "vidaplus-auth", "users", "add", userEmail, "--password-stdin")
	return err
}

func (o *ours) env(level string, more ...string) []string {
	return append([]string{
		"PATH=" + os.Getenv("PATH"), "DATABASE_URL=" + o.url, "SECRET_KEY=" + o.b.key, "LOG_FORMAT=json", "LOG_LEVEL=" + level,
	}, more...)
}

// start runs the service with its defaults, less what more says, and with its metrics served.
func (o *ours) start(ctx context.Context, level string, more ...string) (*process, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	metrics, err := freeAddress()
	if err != nil {
		return nil, err
	}
	env := o.env(level, append(more, "HTTP_ADDR="+address, "METRICS_ADDR="+metrics)...)
	p, err := o.b.start(ctx, address, env, "vidaplus-auth")
	if err != nil {
		return nil, err
	}
	p.metrics = metrics
	return p, nil
}

// subject is the service as one of several that are measured in turn.
func (o *ours) subject(name, level string) subject {
	return subject{
		name: name, db: o.db,
		start: func(ctx context.Context) (*process, error) { return o.start(ctx, level) },
		tokens: func(ctx context.Context, n int) ([]string, error) {
			if err := o.seed(ctx, seed{users: n, live: n}); err != nil {
				return nil, err
			}
			return o.tokens(ctx, 1)
		},
	}
}

// forms returns the log-ins of n seeded users.
func forms(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("username=user%d%%40example.com&password=%s", i, userPassword)
	}
	return all
}
