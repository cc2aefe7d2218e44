package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// machine is what figures depend on.
type machine struct {
	processor, kernel, fileSystem, server, commit string
	memory                                        int64
	cores                                         int
	// flush is how long the disk takes to keep 8 KiB.
	flush time.Duration
	// load is the load average when the run began.
	load string
}

// describe leaves empty what it cannot find out.
func (b *bench) describe(ctx context.Context) machine {
	m := machine{cores: runtime.NumCPU(), processor: processorIn(read("/proc/cpuinfo")), kernel: read("/proc/sys/kernel/osrelease")}
	m.memory, _ = kilobytes(read("/proc/meminfo"), "MemTotal:")
	m.fileSystem = fileSystemIn(read("/proc/mounts"), b.server.Data())
	if average := strings.Fields(read("/proc/loadavg")); len(average) > 0 {
		m.load = average[0]
	}
	if output, err := exec.CommandContext(ctx, "git", "rev-parse", "--short=12", "HEAD").Output(); err == nil {
		m.commit = strings.TrimSpace(string(output))
	}
	if conn, err := pgx.Connect(ctx, b.server.URL()); err == nil {
		_ = conn.QueryRow(ctx, "SHOW server_version").Scan(&m.server)
		_ = conn.Close(ctx)
	}
	m.flush = b.flushTime()
	return m
}

func read(path string) string {
	text, _ := os.ReadFile(path)
	return strings.TrimSpace(string(text))
}

func processorIn(cpuinfo string) string {
	_, rest, _ := strings.Cut(cpuinfo, "model name")
	line, _, _ := strings.Cut(rest, "\n")
	return strings.Trim(line, "\t :")
}

// fileSystemIn returns the type of the file system that a path is on: the mount with the longest path above it.
func fileSystemIn(mounts, path string) string {
	longest, found := -1, ""
	for line := range strings.Lines(mounts) {
		fields := strings.Fields(line)
		if len(fields) < 3 || len(fields[1]) <= longest {
			continue
		}
		if above := strings.TrimSuffix(fields[1], "/") + "/"; strings.HasPrefix(path, above) {
			longest, found = len(fields[1]), fields[2]
		}
	}
	return found
}

const flushes = 100

// flushTime writes and syncs a few times, as a commit does, and returns the median.
func (b *bench) flushTime() time.Duration {
	file, err := os.CreateTemp(b.folder, "flush-")
	if err != nil {
		return 0
	}
	defer file.Close() //nolint:errcheck // it is thrown away
	var took []float64
	for range flushes {
		start := time.Now()
		if _, err := file.WriteAt(make([]byte, 8192), 0); err != nil || file.Sync() != nil {
			return 0
		}
		took = append(took, time.Since(start).Seconds())
	}
	return time.Duration(median(took) * float64(time.Second))
}

func (m machine) String() string {
	return fmt.Sprintf("%s, %d cores, %.1f GB of memory, Linux %s, %s; a write of 8 KiB and its fsync take %.2f ms; load average "+
		"%s at the beginning. %s, PostgreSQL %s. Commit %s and what was in the work tree.",
		m.processor, m.cores, float64(m.memory)/1e9, m.kernel, m.fileSystem, m.flush.Seconds()*1000, m.load,
		runtime.Version(), m.server, m.commit)
}
