package main

import (
	"bufio"
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
)

// dayMark is how much of everything had been used when an hour began.
type dayMark struct {
	snapshot
	commits commits
	table   tableState
	// busy and stolen are CPU seconds of the whole machine.
	busy, stolen float64
}

// commits is what the service's metrics say of its shared commits: how many, of how many rotations, and their seconds.
type commits struct{ number, rotations, seconds float64 }

// tableState is what PostgreSQL says of the sessions. Rows are its own estimates.
type tableState struct {
	heap, indexes, live, dead int64
	// checkpoint is where the last one began.
	checkpoint position
}

const tableQuery = `SELECT pg_table_size(relid), pg_indexes_size(relid), n_live_tup, n_dead_tup, redo_lsn::text
	FROM pg_stat_user_tables, pg_control_checkpoint() WHERE schemaname = 'vidaplus_auth' AND relname = 'sessions'`

func (b *bench) markDay(ctx context.Context, p *process, generator int, db *database) (m dayMark, err error) {
	var errs [3]error
	m.snapshot, errs[0] = b.snapshot(ctx, p, generator, db)
	m.commits, errs[1] = readCommits(ctx, p.metrics)
	m.busy, m.stolen = processors(read("/proc/stat"))
	t := &m.table
	errs[2] = db.conn.QueryRow(ctx, tableQuery).Scan(&t.heap, &t.indexes, &t.live, &t.dead, &t.checkpoint)
	return m, errors.Join(errs[:]...)
}

func readCommits(ctx context.Context, address string) (commits, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/metrics", http.NoBody)
	if err != nil {
		return commits{}, err
	}
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return commits{}, err
	}
	defer response.Body.Close()
	return commitsIn(bufio.NewScanner(response.Body))
}

// commitsIn reads Prometheus's text.
func commitsIn(lines *bufio.Scanner) (c commits, err error) {
	wanted := map[string]*float64{
		"vidaplus_rotations_per_commit_count": &c.number, "vidaplus_rotations_per_commit_sum": &c.rotations,
		"vidaplus_rotation_commit_seconds_sum": &c.seconds,
	}
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		if place, ok := wanted[name]; ok {
			if *place, err = strconv.ParseFloat(value, 64); err != nil {
				return c, err
			}
			delete(wanted, name)
		}
	}
	if len(wanted) > 0 {
		return c, errors.Join(errors.New("the service's metrics do not tell of its commits"), lines.Err())
	}
	return c, lines.Err()
}

func (c commits) until(d commits) commits {
	return commits{number: d.number - c.number, rotations: d.rotations - c.rotations, seconds: d.seconds - c.seconds}
}

// dayHour is one hour: what was answered, what it cost, and what the table was at its end.
type dayHour struct {
	played
	use
	commits commits
	table   tableState
	// checkpoints is whether one began within it: no more than one does.
	checkpoints int
	// busy and stolen are CPU seconds of the whole machine.
	busy, stolen float64
}

// hoursOf takes the differences between marks.
func (b *bench) hoursOf(ctx context.Context, marks []dayMark, all []played) ([]dayHour, error) {
	hours := make([]dayHour, len(all))
	for i := range hours {
		if i+1 >= len(marks) {
			return nil, errors.New("the day has fewer marks than hours")
		}
		from, to := marks[i], marks[i+1]
		h := dayHour{played: all[i], use: from.snapshot.until(to.snapshot), commits: from.commits.until(to.commits), table: to.table}
		h.busy, h.stolen = to.busy-from.busy, to.stolen-from.stolen
		if from.table.checkpoint != to.table.checkpoint {
			h.checkpoints = 1
		}
		var err error
		if h.wal, err = distance(from.wal, to.wal); err != nil {
			return nil, err
		}
		if h.fullPages, err = b.fullPages(ctx, from.wal, to.wal); err != nil {
			return nil, err
		}
		hours[i] = h
	}
	return hours, nil
}
