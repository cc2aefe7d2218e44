package main

import (
	"context"
	"fmt"
)

// scale compares a table that holds few sessions with one that holds many.
type scale struct {
	plan      plan
	few, many []sample
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
	s := scale{plan: b.plan}
	for range b.plan.rounds {
		small, err := b.spread(ctx, few, b.plan.few)
		if err != nil {
			return outcome{}, err
		}
		large, err := b.spread(ctx, many, b.plan.many)
		if err != nil {
			return outcome{}, err
		}
		s.few, s.many = append(s.few, small), append(s.many, large)
	}
	if err := b.drop(ctx, few.db); err != nil {
		return outcome{}, err
	}
	return s.outcome(), b.drop(ctx, many.db)
}

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
		tokens, err := o.tokens(ctx, share(float64(b.plan.sampled), float64(stored)))
		if err != nil {
			return nil, err
		}
		return tokens, o.db.run(ctx, "CHECKPOINT")
	}
	return b.turn(ctx, s, sessions, b.plan.warmUp, b.plan.window)
}

func (s scale) outcome() outcome {
	row := func(stored int, samples []sample) []string {
		return append([]string{
			count(float64(stored)), span(of(samples, rate), count), span(of(samples, p99), milliseconds),
			count(float64(failures(samples))), megabytes(median(of(samples, memory))),
		}, written(samples)...)
	}
	header := append([]string{"sessions stored", "refreshes/s", "p99 ms", "not 200", "memory of the service"}, writtenHeader...)
	return outcome{
		title: "Sessions stored",
		text: table(header, [][]string{row(s.plan.few, s.few), row(s.plan.many, s.many)}) +
			fmt.Sprintf("\nRate with the many, of the rate with the few, round by round: %s. %d connections refresh up to %s sessions "+
				"chosen at random from all of them. Each turn follows a checkpoint, after which the first touch of a page writes "+
				"its image: the dearest moment. What is stored fits into the machine's memory.\n",
				percents(ratios(of(s.many, rate), of(s.few, rate))), sessions, count(float64(s.plan.sampled))),
	}
}
