package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// logins is what refreshes and log-ins do to each other, a number a round.
type logins struct {
	// The refreshes by themselves, beside log-ins; the log-ins beside refreshes, by themselves.
	alone, beside, flood, only []sample
	// hashes is how many passwords a second the cores hash when they do nothing else.
	hashes []float64
}

func takeLogins(ctx context.Context, b *bench) (outcome, error) {
	o, err := b.newOurs(ctx, "logins")
	if err != nil {
		return outcome{}, err
	}
	var l logins
	for range b.plan.rounds {
		if err := l.round(ctx, b, o); err != nil {
			return outcome{}, err
		}
	}
	return l.outcome(), b.drop(ctx, o.db)
}

func (l *logins) round(ctx context.Context, b *bench, o *ours) error {
	hashes, err := b.hashAlone(ctx)
	if err != nil {
		return err
	}
	l.hashes = append(l.hashes, hashes)
	alone, err := b.turn(ctx, o.subject("refreshes alone", "info"), sessions, b.plan.warmUp, b.plan.window)
	if err != nil {
		return err
	}
	flood := load{connections: sessions, lines: forms(sessions), login: true, warmUp: b.plan.warmUp, window: b.plan.window}
	beside, during, err := b.floodBeside(ctx, o, flood)
	if err != nil {
		return err
	}
	only, err := b.floodAlone(ctx, o, flood)
	if err != nil {
		return err
	}
	b.say("   %.0f/s beside %.1f log-ins/s (%.1f alone, %.1f hashes/s)", beside.Rate, during.Rate, only.Rate, hashes)
	l.alone, l.beside = append(l.alone, alone), append(l.beside, beside)
	l.flood, l.only = append(l.flood, during), append(l.only, only)
	return nil
}

// floodBeside refreshes and logs in at the same time.
func (b *bench) floodBeside(ctx context.Context, o *ours, flood load) (refreshes, logins sample, err error) {
	tokens, err := o.subject("", "").tokens(ctx, sessions)
	if err != nil {
		return refreshes, logins, err
	}
	p, err := o.start(ctx, "info")
	if err != nil {
		return refreshes, logins, err
	}
	failed := make(chan error, 1)
	go func() {
		var err error
		logins.figures, err = b.generate(ctx, p.address, flood, func(string, int) {})
		failed <- err
	}()
	refreshes, err = b.observe(ctx, p, o.db, load{
		connections: sessions, lines: tokens, warmUp: flood.warmUp, window: flood.window,
	})
	return refreshes, logins, errors.Join(err, <-failed, p.stop())
}

func (b *bench) floodAlone(ctx context.Context, o *ours, flood load) (sample, error) {
	p, err := o.start(ctx, "info")
	if err != nil {
		return sample{}, err
	}
	got, err := b.observe(ctx, p, o.db, flood)
	return got, errors.Join(err, p.stop())
}

// hashAlone asks the yardstick what Argon2id does without a service.
func (b *bench) hashAlone(ctx context.Context) (float64, error) {
	output, err := b.command(ctx, nil, "", "yardstick", "-kind", "argon2", "-duration", b.plan.window.String())
	if err != nil {
		return 0, err
	}
	var said struct{ Rate float64 }
	if err := json.Unmarshal(output, &said); err != nil {
		return 0, fmt.Errorf("yardstick -kind argon2: %w", err)
	}
	return said.Rate, nil
}

func (l logins) outcome() outcome {
	row := func(name string, s []sample, write func(float64) string, of100 []float64) []string {
		return []string{
			name, span(of(s, rate), write), span(of(s, p99), milliseconds), statuses(s), percents(of100), megabytes(median(of(s, memory))),
		}
	}
	header := []string{"", "answers 200 a second", "p99 ms", "others", "share, round by round", "memory of the service"}
	tenths := func(n float64) string { return fmt.Sprintf("%.1f", n) }
	flood := row("log-ins beside refreshes", l.flood, tenths, ratios(of(l.flood, rate), l.hashes))
	flood[5] = "–"
	return outcome{
		title: "Log-ins beside refreshes",
		text: table(header, [][]string{
			row("refreshes alone", l.alone, count, ratios(of(l.alone, rate), of(l.alone, rate))),
			row("refreshes beside log-ins", l.beside, count, ratios(of(l.beside, rate), of(l.alone, rate))),
			flood,
			row("log-ins alone", l.only, tenths, ratios(of(l.only, rate), l.hashes)),
			{"Argon2id alone, no service", span(l.hashes, tenths), "–", "–", percents(ratios(l.hashes, l.hashes)), "–"},
		}) + fmt.Sprintf("\n%d sessions refresh while %d clients log in again and again, each with its right password. The share is of "+
			"the refreshes alone, or of what the cores hash when they do nothing else (m=65536, t=3, p=4, as many at once as there "+
			"are cores). A client that is told when to come again waits so long.\n", sessions, sessions),
	}
}
