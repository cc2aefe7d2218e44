package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	// soaked is where what a soak found is kept.
	soaked = "test/soak"
	// soakSessions are refreshed, over soakConnections.
	soakSessions, soakConnections = 2_000, 64
	// soakSamples is how often a soak is looked at.
	soakSamples = 90
)

// look is how a service that soaks stands at one moment.
type look struct {
	at time.Duration
	// memory and table are bytes, rate refreshes a second since the look before.
	memory, goroutines, files, connections, table, rate float64
}

// soak refreshes at full load and looks again and again at what must not grow. It is an error if something does.
func (b *bench) soak(ctx context.Context, lasts time.Duration) error {
	o, err := b.newOurs(ctx, "soak")
	if err != nil {
		return err
	}
	if err := o.seed(ctx, seed{users: soakSessions, live: soakSessions}); err != nil {
		return err
	}
	lines, err := o.tokens(ctx, 1)
	if err != nil {
		return err
	}
	p, err := o.start(ctx, "warn")
	if err != nil {
		return err
	}
	looking, stop := context.WithCancel(ctx)
	defer stop()
	var looks []look
	var failed error
	var all sync.WaitGroup
	all.Go(func() { looks, failed = o.watch(looking, p, lasts) })
	f, err := b.generate(ctx, p.address, load{connections: soakConnections, lines: lines, window: lasts}, func(string, int) {})
	stop()
	all.Wait()
	if err := errors.Join(err, failed, p.stop()); err != nil {
		return err
	}
	return writeSoak(cmp.Or(*out, soaked), soakReport{lasts: lasts, machine: b.describe(ctx), figures: f, looks: looks})
}

// watch looks until ctx ends.
func (o *ours) watch(ctx context.Context, p *process, lasts time.Duration) (looks []look, err error) {
	began, before := time.Now(), 0.0
	tick := time.NewTicker(lasts / soakSamples)
	defer tick.Stop()
	for last := began; ; {
		select {
		case <-ctx.Done():
			return looks, nil
		case <-tick.C:
		}
		l, refreshes, err := o.look(context.WithoutCancel(ctx), p)
		if err != nil {
			return looks, err
		}
		now := time.Now()
		l.at, l.rate = now.Sub(began), (refreshes-before)/now.Sub(last).Seconds()
		looks, last, before = append(looks, l), now, refreshes
	}
}

// look returns how things stand, and how many refreshes there were so far.
func (o *ours) look(ctx context.Context, p *process) (l look, refreshes float64, err error) {
	memory, err := memoryOf(p.pid)
	if err != nil {
		return l, 0, err
	}
	files, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", p.pid))
	if err != nil {
		return l, 0, err
	}
	l.memory, l.files = float64(memory), float64(len(files))
	text, err := textAt(ctx, "http://"+p.metrics+"/metrics")
	if err != nil {
		return l, 0, err
	}
	l.goroutines = sumOf(text, "go_goroutines")
	err = o.db.conn.QueryRow(ctx, `SELECT pg_total_relation_size('vidaplus_auth.sessions'), (SELECT count(*) FROM pg_stat_activity
		WHERE datname = current_database() AND application_name = 'vidaplus-auth')`).Scan(&l.table, &l.connections)
	return l, sumOf(text, "vidaplus_refreshes_total"), err
}

func textAt(ctx context.Context, url string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return "", err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return string(text), err
}

// sumOf adds up the samples of a metric in Prometheus's text.
func sumOf(text, metric string) (sum float64) {
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		if name, _, _ = strings.Cut(name, "{"); name != metric {
			continue
		}
		// Labels may hold blanks: the value is what stands last.
		if n, err := strconv.ParseFloat(value[strings.LastIndexByte(value, ' ')+1:], 64); err == nil {
			sum += n
		}
	}
	return sum
}
