package pg

import (
	"context"
	"path/filepath"
)

// Running is a PostgreSQL server for a program that is no test.
type Running struct{ cluster *cluster }

// Run starts a new, empty throw-away server, with extra settings as NAME=VALUE. It goes at Close, and when the process
// ends, however it ends.
func Run(ctx context.Context, settings ...string) (*Running, error) {
	c, err := newCluster(ctx, settings...)
	if err != nil {
		return nil, err
	}
	return &Running{c}, nil
}

// URL returns the postgres:// URL of an empty database on the server, whose user may create others.
func (r *Running) URL() string { return r.cluster.url().String() }

// PID returns the process that all others of the server are children of.
func (r *Running) PID() int { return r.cluster.process.Pid }

// Data returns the folder that the server keeps its data in.
func (r *Running) Data() string { return r.cluster.data() }

// Program returns the path of one of the programs that come with the server. The server itself may be a link to where
// they are.
func (r *Running) Program(name string) string {
	server := filepath.Join(r.cluster.binaries, "postgres")
	if real, err := filepath.EvalSymlinks(server); err == nil {
		server = real
	}
	return filepath.Join(filepath.Dir(server), name)
}

// Close ends the server at once and takes its data away.
func (r *Running) Close() { r.cluster.remove() }
