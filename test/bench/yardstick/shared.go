package main

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// rotation is one refresh that waits for the statement it shares with others.
type rotation struct {
	id, presented, next string
	done                chan outcome
}

type outcome struct {
	swapped bool
	err     error
}

// atOnce is the most rotations that share one statement.
const atOnce = 1000

// openShared starts the one goroutine that talks to the database. While one statement is under way, the refreshes of the
// next gather.
func openShared(url string) (swap, error) {
	pool, err := pgxpool.New(context.Background(), url)
	if err != nil {
		return nil, err
	}
	waiting := make(chan rotation, atOnce)
	go func() {
		for first := range waiting {
			flush(pool, gather(first, waiting))
		}
	}()
	return func(_ context.Context, id, presented, next string) (bool, error) {
		r := rotation{id: id, presented: presented, next: next, done: make(chan outcome, 1)}
		waiting <- r
		o := <-r.done
		return o.swapped, o.err
	}, nil
}

func gather(first rotation, waiting <-chan rotation) []rotation {
	all := []rotation{first}
	for len(all) < atOnce {
		select {
		case r := <-waiting:
			all = append(all, r)
		default:
			return all
		}
	}
	return all
}

const statement = `UPDATE yardstick SET jti = r.next FROM unnest($1::text[], $2::text[], $3::text[]) AS r (id, presented, next)
	WHERE yardstick.id = r.id AND jti = r.presented RETURNING yardstick.id`

func flush(pool *pgxpool.Pool, all []rotation) {
	ids, presented, next := make([]string, len(all)), make([]string, len(all)), make([]string, len(all))
	for i, r := range all {
		ids[i], presented[i], next[i] = r.id, r.presented, r.next
	}
	swapped := make(map[string]bool, len(all))
	rows, err := pool.Query(context.Background(), statement, ids, presented, next)
	if err == nil {
		var found []string
		found, err = pgx.CollectRows(rows, pgx.RowTo[string])
		for _, id := range found {
			swapped[id] = true
		}
	}
	for _, r := range all {
		r.done <- outcome{swapped[r.id], err}
	}
}
