package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// rotateAll is the one statement of the hot path: gormstore's rotation for many sessions at once.
//
//   - It leaves out whom somebody else holds (xmax tells), so that nobody's rotation is held up by another's. Locking
//     first and leaving out whatever is locked (SKIP LOCKED) would take a tenth more of the server's time. What is locked
//     in the microseconds between the look and the update is waited for, in the order of the ids, so never in a circle
//     with another replica, and for a part of the call's time only: then none swaps, and each is made alone. The
//     time-out is a setting of this one transaction, made in passing before the first row is locked.
//   - A row that was changed while it was waited for is left out: by then it has the mark of this statement's own lock.
//   - coalesce hides the comparison from the planner. It would take one row in two hundred to pass and read the whole table.
//   - That a number is its own size is always true, and a rare thing to the planner, which then expects one rotation and
//     asks for its session by the index. It would read the whole of a table that was empty when the plan was made, until
//     somebody analyzes it, and take the rows in no order.
//   - The platform may take an account's address away, which must not fail the others.
//   - A row that was locked once and not changed since is left out too. The rotation that is then made alone stores a
//     version without the mark, or the next one does, where that one had to wait.
//   - The parameters stand in sub-selects, where the planner cannot see how many there are. It would plan the statement
//     anew each time, which takes several times as long as to execute it.
//   - Of two rotations of one session one is used: an UPDATE joined to several rows takes one of them.
const rotateAll = `
UPDATE %[1]s AS s SET
	current_jti = a.next, issued_at = a.issued, expires_at = least(s.ends_at, a.expires),
	replaced_jti = a.presented, replaced_at = a.at,
	last_expiry = greatest(s.last_expiry, least(s.ends_at, a.expires))
FROM unnest((SELECT $1::text[] FROM set_config('lock_timeout', '%[3]d', true)), (SELECT $2::text[]), (SELECT $3::text[]),
	(SELECT $4::timestamptz[]), (SELECT $5::timestamptz[]), (SELECT $6::timestamptz[]))
	WITH ORDINALITY AS a (id, presented, next, issued, expires, at, number), %[2]s AS u
WHERE s.id = a.id AND coalesce(s.xmax = 0, false) AND s.current_jti = a.presented AND s.revoked_at IS NULL AND s.ends_at > a.at
	AND u.id = s.user_id AND u.enabled AND u.email IS NOT NULL AND abs(a.number) = a.number
RETURNING a.number, s.user_id, s.created_at, s.ends_at, s.address, s.user_agent, s.expires_at, s.last_expiry, u.email`

// lockShare is the part of a call's time that is spent on waiting for a lock before those who wait for nobody go on alone.
const lockShare = 10

// rotateAllStatement names the tables of a schema, and how long to wait for a lock where a call may take timeout.
func rotateAllStatement(schema string, timeout time.Duration) string {
	return fmt.Sprintf(rotateAll, pgx.Identifier{schema, "sessions"}.Sanitize(), pgx.Identifier{schema, "users"}.Sanitize(),
		max(1, (timeout/lockShare).Milliseconds()))
}

// lockNotAvailable is what a server says that has waited for a lock for long enough.
const lockNotAvailable = "55P03"

// rotateAll implements gormstore.RotateAll. It waits for hardly a lock, so where its connection breaks or it is too slow
// the server is gone or hangs, and the pool's other connections with it: each would cost somebody a failure or a time-out.
func (d *Database) rotateAll(ctx context.Context, rotations []domain.Rotation) ([]domain.SessionState, error) {
	ctx, verdict := witnessed(ctx)
	states, err := d.swapAll(ctx, rotations)
	said, _ := errors.AsType[*pgconn.PgError](err)
	switch {
	case err == nil:
		return states, verdict()
	case said != nil && said.Code == lockNotAvailable:
		return make([]domain.SessionState, len(rotations)), nil
	case gone(err):
		d.pool.Reset()
	}
	return nil, err
}

func (d *Database) swapAll(ctx context.Context, rotations []domain.Rotation) ([]domain.SessionState, error) {
	order := inOrder(rotations)
	rows, err := d.pool.Query(ctx, d.rotation, columns(rotations, order)...)
	if err != nil {
		return nil, err
	}
	states := make([]domain.SessionState, len(rotations))
	var number int64
	var s domain.SessionState
	_, err = pgx.ForEachRow(rows, []any{
		&number, &s.UserID, &s.CreatedAt, &s.EndsAt, &s.Client.Address, &s.Client.UserAgent, &s.Current.ExpiresAt,
		&s.LastExpiry, &s.Email,
	}, func() error {
		i := order[number-1]
		states[i] = rotations[i].Completed(s)
		return nil
	})
	return states, err
}

// inOrder returns the places of the rotations in the order of their sessions' ids.
func inOrder(rotations []domain.Rotation) []int {
	order := make([]int, len(rotations))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return strings.Compare(rotations[a].SessionID, rotations[b].SessionID)
	})
	return order
}

// columns turns rotations, taken in an order, into one array a column.
func columns(rotations []domain.Rotation, order []int) []any {
	n := len(rotations)
	texts, times := make([]string, 3*n), make([]time.Time, 3*n)
	ids, presented, next := texts[:n], texts[n:2*n], texts[2*n:]
	issued, expires, at := times[:n], times[n:2*n], times[2*n:]
	for i, place := range order {
		r := rotations[place]
		ids[i], presented[i], next[i] = r.SessionID, string(r.Presented), string(r.Next.ID)
		issued[i], expires[i], at[i] = r.Next.IssuedAt, r.Next.ExpiresAt, r.At
	}
	return []any{ids, presented, next, issued, expires, at}
}
