package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of CPU time in /proc/PID/stat on every Linux: USER_HZ is 100.
const tick = 10 * time.Millisecond

// stat is what /proc/PID/stat says of a process.
type stat struct {
	parent int
	// own is the CPU time of the process, reaped that of its children that have ended.
	own, reaped time.Duration
}

var errStat = errors.New("not the form of /proc/PID/stat")

// parseStat reads what follows the name, which may hold spaces and parentheses.
func parseStat(text string) (stat, error) {
	fields := strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
	if len(fields) < 15 {
		return stat{}, errStat
	}
	var numbers [15]int
	for _, i := range []int{1, 11, 12, 13, 14} {
		n, err := strconv.Atoi(fields[i])
		if err != nil {
			return stat{}, errStat
		}
		numbers[i] = n
	}
	return stat{
		parent: numbers[1],
		own:    time.Duration(numbers[11]+numbers[12]) * tick,
		reaped: time.Duration(numbers[13]+numbers[14]) * tick,
	}, nil
}

func readStat(pid int) (stat, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return stat{}, err
	}
	return parseStat(string(text))
}

// cpuOf returns the CPU time of a process and of its children, those that have ended included.
func cpuOf(pid int) (time.Duration, error) {
	own, err := readStat(pid)
	if err != nil {
		return 0, err
	}
	all, err := filepath.Glob("/proc/[0-9]*/stat")
	total := own.own + own.reaped
	for _, path := range all {
		// One that is gone by now was waited for and is counted next time.
		text, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		if child, err := parseStat(string(text)); err == nil && child.parent == pid {
			total += child.own
		}
	}
	return total, err
}

// memoryOf returns the resident memory of a process in bytes.
func memoryOf(pid int) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	return kilobytes(string(text), "VmRSS:")
}

// kilobytes returns the bytes that a line "NAME N kB" of text says.
func kilobytes(text, name string) (int64, error) {
	_, rest, found := strings.Cut(text, name)
	fields := strings.Fields(rest)
	if !found || len(fields) == 0 {
		return 0, fmt.Errorf("there is no %s", name)
	}
	n, err := strconv.ParseInt(fields[0], 10, 64)
	return n * 1024, err
}

// processors returns for how many seconds all of them were busy, and for how many the machine's host kept them from it,
// from the first line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal.
func processors(text string) (busy, stolen float64) {
	line, _, _ := strings.Cut(text, "\n")
	for i, field := range strings.Fields(line) {
		n, err := strconv.ParseFloat(field, 64)
		if err != nil {
			continue // the line's name
		}
		switch n *= tick.Seconds(); i {
		case 1, 2, 3, 6, 7:
			busy += n
		case 8:
			stolen = n
		}
	}
	return busy, stolen
}
