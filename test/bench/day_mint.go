package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/vidaplus/vidaplus-auth/test/bench/day"
)

// minter stores a day's sessions as they begin: log-ins without the hashing of a password, which would take the machine
// a hundred times as long as all the rest. Ten times a second it stores those of the tenth that comes.
type minter struct {
	conn  *pgx.Conn
	day   day.Day
	plan  plan
	users int
	// stored is how many stays have a session by now.
	stored int

	stop context.CancelFunc
	gone chan error
}

const mintEvery = 100 * time.Millisecond

// mintSessions takes places of stays, ids and users, and how many sessions there were before the day.
const mintSessions = `INSERT INTO vidaplus_auth.sessions (id, user_id, created_at, ends_at, address, user_agent,
		current_jti, issued_at, expires_at, replaced_jti, replaced_at, last_expiry, revoked_at, revoked_for)
	SELECT %s, (SELECT %s FROM (SELECT s %% %d AS n) AS u), t, t + interval '30 days', '192.0.2.17',
		'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', '1.' || lpad(s::text, 22, '0'),
		t, t + interval '1 minute', '', NULL, t + interval '1 minute', NULL, ''
	FROM unnest($1::bigint[]) AS s, LATERAL (SELECT s AS n, date_trunc('second', now()) AS t) AS x`

// minter also returns what the load generator needs for each stay: a token, or the form of its log-in. It stores the
// sessions that began before the day.
func (o *ours) minter(ctx context.Context, d day.Day, p plan) (*minter, []string, error) {
	conn, err := pgx.Connect(ctx, o.db.url)
	if err != nil {
		return nil, nil, err
	}
	m := &minter{conn: conn, day: d, plan: p, users: p.daySessions / 2, gone: make(chan error, 1)}
	lines, err := m.lines(o.b.key, time.Now())
	if err != nil {
		return nil, nil, err
	}
	return m, lines, m.store(ctx, 0)
}

// number is the place of a stay's session among all that the day knows, behind those that ended before.
func (m *minter) number(place int) int { return m.plan.daySessions/2 + place }

// lines are made before the day begins. So their tokens say that they last until it is over; that a session's own token
// expires after a minute, as the row says, is for the store to know.
func (m *minter) lines(key string, now time.Time) ([]string, error) {
	forms := forms(m.users)
	lines := make([]string, len(m.day.Stays))
	for place := range lines {
		n := m.number(place)
		if m.day.ByPassword[place] {
			lines[place] = forms[n%m.users]
			continue
		}
		var err error
		if lines[place], err = mint(session{
			Email: fmt.Sprintf("user%d@example.com", n%m.users), IssuedAt: now.Unix(), Expires: now.Add(time.Hour).Unix(),
			TokenID: fmt.Sprintf("1.%022d", n), ID: idOf(n, "8000"), UserID: idOf(n%m.users, "9000"),
		}, key); err != nil {
			return nil, err
		}
	}
	return lines, nil
}

// idOf returns what id makes of n in the database.
func idOf(n int, variant string) string {
	h := fmt.Sprintf("%012x", 1700000000000+n)
	return h[:8] + "-" + h[8:] + "-7000-" + variant + "-" + h
}

// store makes the sessions that have begun at a moment of the day.
func (m *minter) store(ctx context.Context, at time.Duration) error {
	var numbers []int64
	for ; m.stored < len(m.day.Stays) && m.day.Stays[m.stored].From <= at; m.stored++ {
		if !m.day.ByPassword[m.stored] {
			numbers = append(numbers, int64(m.number(m.stored)))
		}
	}
	if len(numbers) == 0 {
		return nil
	}
	_, err := m.conn.Exec(ctx, fmt.Sprintf(mintSessions, id("8000"), id("9000"), m.users), numbers)
	return err
}

// begin goes on by the clock until all sessions are there.
func (m *minter) begin(ctx context.Context) {
	ctx, m.stop = context.WithCancel(ctx)
	start := time.Now()
	go func() {
		for m.stored < len(m.day.Stays) {
			if err := m.store(ctx, m.plan.simulated(time.Since(start)+mintEvery)); err != nil {
				m.gone <- err
				return
			}
			time.Sleep(mintEvery)
		}
		m.gone <- nil
	}()
}

// end returns once it is done, or stopped before its time because the day went wrong.
func (m *minter) end() error {
	if m.stop == nil {
		return nil
	}
	defer m.stop()
	return <-m.gone
}

func (m *minter) close(ctx context.Context) { _ = m.conn.Close(ctx) }

// simulated returns which moment of the day comes so long after it began.
func (p plan) simulated(elapsed time.Duration) time.Duration {
	return time.Duration(float64(elapsed) * p.speed())
}

// speed is how many hours of the day pass in one.
func (p plan) speed() float64 { return day.Length.Seconds() / p.dayLength.Seconds() }
