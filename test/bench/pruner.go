package main

import (
	"context"
	"os/exec"
	"time"
)

// pruner is the command that prunes, beside a window.
type pruner struct {
	ctx  context.Context
	stop context.CancelFunc
	cmd  *exec.Cmd
	took time.Duration
	// gone is nil while it has not begun.
	gone chan error
}

func (o *ours) pruner(ctx context.Context) *pruner {
	p := &pruner{}
	p.ctx, p.stop = context.WithCancel(ctx)
	p.cmd = exec.CommandContext(p.ctx, o.b.path("vidaplus-auth"), "sessions", "prune")
	p.cmd.Dir, p.cmd.Env = o.b.folder, o.env("info")
	return p
}

// begin runs it, after a while.
func (p *pruner) begin(after time.Duration) {
	p.gone = make(chan error, 1)
	go func() {
		time.Sleep(after)
		start := time.Now()
		err := p.cmd.Run()
		p.took = time.Since(start)
		if p.ctx.Err() != nil {
			err = nil // it was ended
		}
		p.gone <- err
	}()
}

// end stops what was not finished within the window.
func (p *pruner) end() error {
	p.stop()
	if p.gone == nil {
		return nil
	}
	return <-p.gone
}
