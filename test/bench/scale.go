package main

import (
	"context"
	"errors"
	"fmt"
)

// scale compares a table that holds few sessions with one that holds many, between two checkpoints and straight after one.
type scale struct {
	plan      plan
	few, many []sample
	// fewAfter and manyAfter were taken straight after a checkpoint.
	fewAfter, manyAfter []sample
}

// takeScale fills two databases and refreshes, in turn, sessions all over them.
func takeScale(ctx context.Context, b *bench) (outcome, error) {
	few, err := b.filled(ctx, "scale_few", b.plan.few)
	if err != nil {
		return outcome{}, err
	}
	many, err := b.filled(ctx, "scale_many", b.plan.many)
	if err != nil {
		return outcome{}, err
	}
	// After both are filled, since a checkpoint is one of the whole server.
	if err := errors.Join(few.db.run(ctx, touchPages), many.db.run(ctx, touchPages)); err != nil {
		return outcome{}, err
	}
	s := scale{plan: b.plan}
	for range b.plan.rounds {
		if err := b.both(ctx, few, many, &s.few, &s.many); err != nil {
			return outcome{}, err
		}
	}
	if err := b.onServer(ctx, "CHECKPOINT"); err != nil {
		return outcome{}, err
	}
	if err := b.both(ctx, few, many, &s.fewAfter, &s.manyAfter); err != nil {
		return outcome{}, err
	}
	if err := b.drop(ctx, few.db); err != nil {
		return outcome{}, err
	}
	return s.outcome(), b.drop(ctx, many.db)
}

// both takes a turn with each of two databases.
func (b *bench) both(ctx context.Context, few, many *ours, fewSamples, manySamples *[]sample) error {
	small, err := b.spread(ctx, few, b.plan.few)
	if err != nil {
		return err
	}
	large, err := b.spread(ctx, many, b.plan.many)
	*fewSamples, *manySamples = append(*fewSamples, small), append(*manySamples, large)
	return err
}

// touchPages changes a row of every page, as an hour of refreshes would: the first change of a page after a checkpoint
// writes the whole page to the log.
const touchPages = `UPDATE vidaplus_auth.sessions SET last_expiry = last_expiry WHERE ctid = ANY (ARRAY(
	SELECT format('(%s,1)', page)::tid
	FROM generate_series(0, pg_relation_size('vidaplus_auth.sessions') / current_setting('block_size')::int - 1) AS page))`

// filled makes a database with so many live sessions, ten a user.
func (b *bench) filled(ctx context.Context, name string, stored int) (*ours, error) {
	o, err := b.newOurs(ctx, name)
	if err != nil {
		return nil, err
	}
	return o, o.seed(ctx, seed{users: max(sessions, stored/10), live: stored})
}

// spread refreshes sessions chosen at random from all those stored.
func (b *bench) spread(ctx context.Context, o *ours, stored int) (sample, error) {
	s := o.subject(fmt.Sprintf("%s stored", count(float64(stored))), "info")
	s.tokens = func(ctx context.Context, _ int) ([]string, error) {
		return o.tokens(ctx, share(float64(b.plan.sampled), float64(stored)))
	}
	return b.turn(ctx, s, sessions, b.plan.warmUp, b.plan.window)
}

func (s scale) outcome() outcome {
	row := func(stored int, when string, samples []sample) []string {
		return append([]string{
			count(float64(stored)), when, span(of(samples, rate), count), span(of(samples, p99), milliseconds),
			count(float64(failures(samples))), megabytes(median(of(samples, memory))),
		}, written(samples)...)
	}
	const between, after = "between checkpoints", "after a checkpoint"
	header := append([]string{"sessions stored", "when", "refreshes/s", "p99 ms", "not 200", "memory of the service"},
		writtenHeader...)
	kept := ratios(of(s.many, rate), of(s.few, rate))
	return outcome{
		title: "Sessions stored",
		goals: []goal{atLeast(fmt.Sprintf("refreshes/s with %s sessions stored, of those with %s",
			count(float64(s.plan.many)), count(float64(s.plan.few))), 0.85, 0.85, kept, percent)},
		text: table(header, [][]string{
			row(s.plan.few, between, s.few), row(s.plan.many, between, s.many),
			row(s.plan.few, after, s.fewAfter), row(s.plan.many, after, s.manyAfter),
		}) +
			fmt.Sprintf("\nRate with the many, of the rate with the few: round by round %s between checkpoints, and %s straight "+
				"after one, where the first change of a page writes its image: the dearest moment. %d connections refresh up "+
				"to %s sessions chosen at random from all of them. Between checkpoints means that a row of every page "+
				"was changed since the last. What is stored fits into the machine's memory, not into PostgreSQL's share of it.\n",
				percents(kept), percents(ratios(of(s.manyAfter, rate), of(s.fewAfter, rate))), sessions,
				count(float64(s.plan.sampled))),
	}
}
