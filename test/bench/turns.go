package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
)

// The services that have their turn, by name.
const (
	ceilingName = "ceiling"
	oursName    = "ours"
	warnName    = "ours, LOG_LEVEL=warn"
)

// turns is what was measured of each service, a sample a round.
type turns struct {
	names   []string
	samples map[string][]sample
	equipped
}

// equipped says what was seen at work beside the refreshes.
type equipped struct{ metrics, requestID bool }

// takeTurns compares the yardsticks and ours.
func takeTurns(ctx context.Context, b *bench) (outcome, error) {
	o, err := b.newOurs(ctx, "turns_ours")
	if err != nil {
		return outcome{}, err
	}
	db, err := b.newDatabase(ctx, "turns_yardsticks")
	if err != nil {
		return outcome{}, err
	}
	subjects := []subject{
		b.ceiling(), b.onPostgres("update", db), b.onPostgres("shared", db), o.subject(oursName, "info"), o.subject(warnName, "warn"),
	}
	t, err := b.rounds(ctx, subjects)
	if err != nil {
		return outcome{}, err
	}
	if t.equipped, err = o.equipment(ctx); err != nil {
		return outcome{}, err
	}
	return t.outcome(), errors.Join(b.drop(ctx, o.db), b.drop(ctx, db))
}

// rounds gives every service its turn in every round. Each round begins with another one, so that none always follows
// the same.
func (b *bench) rounds(ctx context.Context, subjects []subject) (turns, error) {
	t := turns{samples: make(map[string][]sample)}
	for _, s := range subjects {
		t.names = append(t.names, s.name)
	}
	for round := range b.plan.rounds {
		for i := range subjects {
			s := subjects[(i+round)%len(subjects)]
			got, err := b.turn(ctx, s, sessions, b.plan.warmUp, b.plan.window)
			if err != nil {
				return turns{}, err
			}
			t.samples[s.name] = append(t.samples[s.name], got)
		}
	}
	return t, nil
}

// equipment looks at the service as it was measured.
func (o *ours) equipment(ctx context.Context) (equipped, error) {
	p, err := o.start(ctx, "info")
	if err != nil {
		return equipped{}, err
	}
	status, _ := get(ctx, "http://"+p.metrics+"/metrics")
	_, header := get(ctx, "http://"+p.address+"/healthz")
	return equipped{metrics: status == http.StatusOK, requestID: header.Get("X-Request-ID") != ""}, p.stop()
}

// toCeiling is the share of the ceiling that a service reached, a share a round.
func (t turns) toCeiling(name string) []float64 {
	return ratios(of(t.samples[name], rate), of(t.samples[ceilingName], rate))
}

func (t turns) outcome() outcome {
	shares, ours := t.toCeiling(oursName), t.samples[oursName]
	latency := of(ours, p99)
	return outcome{
		title: fmt.Sprintf("Refresh at %d sessions, PostgreSQL", sessions),
		goals: []goal{
			atLeast("Refresh on PostgreSQL: rate, of the store-less ceiling in the same round", 0.75, 0.60, shares, percent),
			atMost("Refresh on PostgreSQL: p99, milliseconds", 10, latency, milliseconds),
			atMost("Refresh on PostgreSQL: answers that are not 200", 0, []float64{float64(failures(ours))}, count),
		},
		text: t.describe(),
	}
}
