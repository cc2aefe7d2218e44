package main

import (
	"context"
	"os/exec"
)

// hourlyPruner runs the command that prunes, one at a time, since the service's own pruning comes once in a real hour.
type hourlyPruner struct {
	due  chan struct{}
	gone chan error
}

func (o *ours) hourlyPruner(ctx context.Context) *hourlyPruner {
	p := &hourlyPruner{due: make(chan struct{}, 1), gone: make(chan error, 1)}
	go func() {
		var failed error
		for range p.due {
			cmd := exec.CommandContext(ctx, o.b.path("vidaplus-auth"), "sessions", "prune")
			cmd.Dir, cmd.Env = o.b.folder, o.env("info", dayLifetime)
			if err := cmd.Run(); err != nil && failed == nil {
				failed = err
			}
		}
		p.gone <- failed
	}()
	return p
}

// prune asks for one run, unless one is waiting already.
func (p *hourlyPruner) prune() {
	select {
	case p.due <- struct{}{}:
	default:
	}
}

func (p *hourlyPruner) end() error {
	close(p.due)
	return <-p.gone
}
