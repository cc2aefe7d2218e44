package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"github.com/vidaplus/vidaplus-auth/test/bench/day"
)

// played is what the load generator says of an hour.
type played struct {
	Offered   int     `json:"offered"`
	Answered  int     `json:"answered"`
	Lost      int     `json:"lost"`
	LoggedOut int     `json:"logged_out"`
	Differing int     `json:"differing"`
	Failed    int     `json:"failed"`
	Logins    int     `json:"logins"`
	Logouts   int     `json:"logouts"`
	P50       float64 `json:"p50"`
	P99       float64 `json:"p99"`
	Max       float64 `json:"max"`
	Late      float64 `json:"late"`
}

// playDay runs the load generator. mark is called when each hour begins and when the last ends.
func (b *bench) playDay(ctx context.Context, address string, p plan, lines []string, mark func(generator int)) ([]played, error) {
	path, err := b.write(lines)
	if err != nil {
		return nil, err
	}
	defer os.Remove(path) //nolint:errcheck // the whole folder goes anyway
	cmd := exec.CommandContext(ctx, b.path("load"), "-addr", address, "-connections", strconv.Itoa(dayConnections),
		"-day", p.dayLength.String(), "-passwords", strconv.Itoa(p.dayPasswords), "-lines", path)
	var complaint strings.Builder
	cmd.Stderr = &complaint
	output, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	hours, err := b.followDay(bufio.NewReader(output), func() { mark(cmd.Process.Pid) })
	if failed := cmd.Wait(); failed != nil {
		return nil, fmt.Errorf("load: %w %s", failed, complaint.String())
	}
	return hours, err
}

// followDay reads what the load generator prints.
func (b *bench) followDay(lines *bufio.Reader, mark func()) (hours []played, err error) {
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return nil, fmt.Errorf("the load generator printed no hours: %w", err)
		}
		if strings.HasPrefix(line, "hour ") {
			mark()
			b.say("   %s", strings.TrimSpace(line))
			continue
		}
		if err := json.Unmarshal([]byte(line), &hours); err != nil {
			return nil, err
		}
		if len(hours) != day.Hours {
			return nil, errors.New("the load generator did not print a day's hours")
		}
		return hours, nil
	}
}
