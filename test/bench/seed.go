package main

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/jackc/pgx/v5"
)

// seed says what rows there are to be: sessions that are live, behind others that have ended.
type seed struct {
	users, live, ended int
}

// batch is how many rows one statement inserts, so that whoever waits sees that it goes on.
const batch = 500_000

// id makes an id as the service makes them: a UUID of version 7, a millisecond later for each n.
func id(variant string) string {
	return fmt.Sprintf(`(SELECT left(h, 8) || '-' || right(h, 4) || '-7000-%s-' || h FROM
		(SELECT lpad(to_hex(1700000000000 + n), 12, '0') AS h) AS hex)`, variant)
}

const insertUsers = `INSERT INTO vidaplus_auth.users (id, email, email_folded, name, password_hash, admin, enabled, created_at)
	SELECT %s, 'user' || n || '@example.com', 'user' || n || '@example.com', 'User', '%s', false, true, now()
	FROM generate_series(0::bigint, %d) AS n`

// insertSessions takes the ids, the users, and how long ago the sessions were begun.
const insertSessions = `INSERT INTO vidaplus_auth.sessions (id, user_id, created_at, ends_at, address, user_agent,
		current_jti, issued_at, expires_at, replaced_jti, replaced_at, last_expiry, revoked_at, revoked_for)
	SELECT %s, (SELECT %s FROM (SELECT s %% %d AS n) AS u), t, t + interval '30 days', '192.0.2.17',
		'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', '1.' || lpad(s::text, 22, '0'),
		t, t + interval '30 minutes', '', NULL, t + interval '30 minutes', NULL, ''
	FROM generate_series(%d::bigint, %d) AS s, LATERAL (SELECT s AS n, date_trunc('second', now()) - interval '%d days' AS t) AS x`

// seed replaces all users and sessions.
func (o *ours) seed(ctx context.Context, s seed) error {
	err := o.db.run(ctx, "TRUNCATE vidaplus_auth.sessions, vidaplus_auth.users", "SET synchronous_commit = off",
		fmt.Sprintf(insertUsers, id("9000"), o.hash, s.users-1))
	if err != nil {
		return err
	}
	if err := o.insert(ctx, 0, s.ended, s.users, 60); err != nil {
		return err
	}
	if err := o.insert(ctx, s.ended, s.ended+s.live, s.users, 0); err != nil {
		return err
	}
	return o.db.settled(ctx)
}

func (o *ours) insert(ctx context.Context, from, to, users, days int) error {
	for ; from < to; from += batch {
		end := min(from+batch, to)
		if end > batch {
			o.b.say("   %d sessions", end)
		}
		if err := o.db.run(ctx, fmt.Sprintf(insertSessions, id("8000"), id("9000"), users, from, end-1, days)); err != nil {
			return err
		}
	}
	return nil
}

const readSessions = `SELECT u.email, extract(epoch FROM s.expires_at)::bigint, extract(epoch FROM s.issued_at)::bigint,
		s.current_jti, s.id, s.user_id
	FROM vidaplus_auth.sessions AS s TABLESAMPLE BERNOULLI (%v) JOIN vidaplus_auth.users AS u ON u.id = s.user_id
	WHERE s.expires_at > now()`

// tokens returns the current tokens of a part of the live sessions, chosen and ordered at random.
func (o *ours) tokens(ctx context.Context, part float64) ([]string, error) {
	rows, err := o.db.conn.Query(ctx, fmt.Sprintf(readSessions, min(part, 1)*100))
	if err != nil {
		return nil, err
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[session])
	if err != nil {
		return nil, err
	}
	rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return mintAll(all, o.b.key)
}
