package main

import (
	"math"
	"os"
	"testing"
	"time"
)

func TestParseStat_IsNotMisledByTheNameOfAProcess(t *testing.T) {
	got, err := parseStat("42 (a ) b (c)) S 7 42 42 0 -1 4194560 1 2 3 4 150 50 30 20 20 0 1 0")
	want := stat{parent: 7, own: 2 * time.Second, reaped: 500 * time.Millisecond}
	if err != nil || got != want {
		t.Errorf("%+v %v, want %+v", got, err, want)
	}
	for _, bad := range []string{"", "42 (a) S 7", "42 (a) S x 42 42 0 -1 4194560 1 2 3 4 150 50 30 20"} {
		if _, err := parseStat(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func TestCPUOf_KnowsThisProcess(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Log("there is no /proc here, so there is nothing to know")
		return
	}
	if _, err := cpuOf(os.Getpid()); err != nil {
		t.Error(err)
	}
	if n, err := memoryOf(os.Getpid()); err != nil || n < 1<<20 {
		t.Errorf("%d bytes, %v: want the memory of a running program", n, err)
	}
}

func TestKilobytes_FindsTheLine(t *testing.T) {
	if n, err := kilobytes("VmHWM:\t 9 kB\nVmRSS:\t  12 kB\n", "VmRSS:"); err != nil || n != 12*1024 {
		t.Errorf("%d %v, want 12 kB", n, err)
	}
	if _, err := kilobytes("VmHWM: 9 kB", "VmRSS:"); err == nil {
		t.Error("no error for a line that is not there")
	}
}

func TestProcessors_AreBusyWithAllButWaiting(t *testing.T) {
	busy, stolen := processors("cpu  100 200 300 5000 600 10 20 40 7 8\ncpu0 1 1 1 1 1 1 1 1 1 1\n")
	if math.Abs(busy-6.3) > 1e-9 || math.Abs(stolen-0.4) > 1e-9 {
		t.Errorf("busy %v, stolen %v: want 6.3 and 0.4 seconds", busy, stolen)
	}
}
