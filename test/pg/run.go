package pg

import (
	"context"
	"path/filepath"

	"github.com/vidaplus/vidaplus-auth/test/daemon"
)

// Running is a PostgreSQL server for a program that is no test.
type Running struct{ *daemon.Server }

// Run starts a new, empty throw-away server, with extra settings as NAME=VALUE. It goes at Close, and when the process
// ends, however it ends.
func Run(ctx context.Context, settings ...string) (*Running, error) {
	s, err := newServer(ctx, kind, settings...)
	if err != nil {
		return nil, err
	}
	return &Running{s}, nil
}

// URL returns the postgres:// URL of an empty database on the server, whose user may create others.
func (r *Running) URL() string { return address(r.Server).String() }

// Program returns the path of one of the programs that come with the server.
func (r *Running) Program(name string) string {
	folder, _, err := Programs()
	if err != nil {
		return name
	}
	return filepath.Join(folder, name)
}

// Close ends the server at once and takes its data away.
func (r *Running) Close() { r.Remove() }
