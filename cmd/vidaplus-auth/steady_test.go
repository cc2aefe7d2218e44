package main

import (
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
)

func TestSteady_TellsOnceByHowMuchTheClockWasPutForward(t *testing.T) {
	var by time.Duration
	s := newSteady(func() time.Time { return time.Now().Add(by) })
	for _, step := range []struct{ by, want time.Duration }{{0, 0}, {24 * time.Hour, 24 * time.Hour}, {24 * time.Hour, 0}, {0, -24 * time.Hour}} {
		by = step.by
		if got := s.ahead(); (got - step.want).Abs() > time.Minute {
			t.Errorf("put to %v: %v, want %v", step.by, got, step.want)
		}
	}
}

func TestUnlessPutForward_PrunesNothingRightAfterTheClockWasPutForward(t *testing.T) {
	var by time.Duration
	pruned := 0
	core, logs := observer.New(zap.WarnLevel)
	prune := unlessPutForward(newSteady(func() time.Time { return time.Now().Add(by) }), zap.New(core), func() { pruned++ })
	for _, step := range []struct {
		by   time.Duration
		want int
	}{{0, 1}, {24 * time.Hour, 1}, {0, 2}, {0, 3}, {time.Hour, 3}} {
		by = step.by
		if prune(); pruned != step.want {
			t.Errorf("with the clock %v ahead: pruned %d times, want %d", step.by, pruned, step.want)
		}
	}
	if logs.Len() != 2 {
		t.Errorf("%d warnings, want one each time the clock was put forward", logs.Len())
	}
}
