package main

import (
	"context"
	"errors"
	"fmt"
)

// prune compares refreshes beside the pruning of ended sessions with refreshes alone.
type prune struct {
	plan          plan
	alone, beside []sample
	// pruned is how many sessions a second went meanwhile, covered the share of the window that pruning took.
	pruned, covered []float64
}

func takePrune(ctx context.Context, b *bench) (outcome, error) {
	o, err := b.newOurs(ctx, "prune")
	if err != nil {
		return outcome{}, err
	}
	p := prune{plan: b.plan}
	for range b.plan.rounds {
		if err := p.round(ctx, b, o); err != nil {
			return outcome{}, err
		}
	}
	return p.outcome(), b.drop(ctx, o.db)
}

func (p *prune) round(ctx context.Context, b *bench, o *ours) error {
	s := o.subject("refreshes alone", "info")
	s.tokens = func(ctx context.Context, n int) ([]string, error) {
		if err := o.seed(ctx, seed{users: n, live: n, ended: b.plan.ended}); err != nil {
			return nil, err
		}
		return o.tokens(ctx, 1)
	}
	alone, err := b.turn(ctx, s, sessions, b.plan.warmUp, b.plan.pruneWindow)
	if err != nil {
		return err
	}
	pruner := o.pruner(ctx)
	beside, err := b.turn(ctx, o.pruned(pruner), sessions, b.plan.warmUp, b.plan.pruneWindow)
	if err := errors.Join(err, pruner.end()); err != nil {
		return err
	}
	left, err := o.ended(ctx)
	p.alone, p.beside = append(p.alone, alone), append(p.beside, beside)
	p.pruned = append(p.pruned, share(float64(b.plan.ended-left), pruner.took.Seconds()))
	p.covered = append(p.covered, min(1, share(pruner.took.Seconds(), b.plan.pruneWindow.Seconds())))
	return err
}

// pruned is the service on the sessions that are there, with the pruner beside it.
func (o *ours) pruned(pruner *pruner) subject {
	s := o.subject("refreshes and prune", "info")
	s.tokens = func(ctx context.Context, _ int) ([]string, error) { return o.tokens(ctx, 1) }
	start := s.start
	s.start = func(ctx context.Context) (*process, error) {
		service, err := start(ctx)
		if err == nil {
			pruner.begin(o.b.plan.warmUp)
		}
		return service, err
	}
	return s
}

// ended counts the sessions that are still there to be pruned.
func (o *ours) ended(ctx context.Context) (n int, err error) {
	err = o.db.conn.QueryRow(ctx, "SELECT count(*) FROM vidaplus_auth.sessions WHERE ends_at < now()").Scan(&n)
	return n, err
}

func (p prune) outcome() outcome {
	row := func(name string, s []sample, shares []float64) []string {
		return []string{name, span(of(s, rate), count), span(of(s, p99), milliseconds), count(float64(failures(s))), percents(shares)}
	}
	return outcome{
		title: fmt.Sprintf("Refreshes while %s ended sessions are pruned", count(float64(p.plan.ended))),
		text: table([]string{"", "refreshes/s", "p99 ms", "not 200", "of alone, round by round"}, [][]string{
			row("alone", p.alone, ratios(of(p.alone, rate), of(p.alone, rate))),
			row("beside `sessions prune`", p.beside, ratios(of(p.beside, rate), of(p.alone, rate))),
		}) + fmt.Sprintf("\nMeanwhile %s sessions a second were pruned, which took this share of each window: %s. %d sessions refresh.\n",
			span(p.pruned, count), percents(p.covered), sessions),
	}
}
