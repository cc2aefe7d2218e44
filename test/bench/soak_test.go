package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func soakOf(memory func(i int) float64) soakReport {
	r := soakReport{lasts: time.Minute, figures: figures{Answers: map[int]int{200: 10}}}
	for i := range 30 {
		r.looks = append(r.looks, look{
			at: time.Duration(i) * time.Second, memory: memory(i), goroutines: 100, files: 90, connections: 20, table: 1e6, rate: 1000,
		})
	}
	return r
}

func TestSoak_SaysSoWhenSomethingGrows(t *testing.T) {
	for name, memory := range map[string]func(int) float64{
		"flat": func(int) float64 { return 5e7 }, "warming up": func(i int) float64 { return min(5e7, float64(i)*1e7) },
		"leaking": func(i int) float64 { return 5e7 + float64(i)*2e6 },
	} {
		folder := t.TempDir()
		err := writeSoak(folder, soakOf(memory))
		if errors.Is(err, errGrows) != (name == "leaking") {
			t.Errorf("%s: %v", name, err)
		}
		text, _ := os.ReadFile(filepath.Join(folder, "README.md"))
		if strings.Contains(string(text), "**grows**") != (name == "leaking") {
			t.Errorf("%s: the report says\n%s", name, text)
		}
	}
}

func TestSoak_ARefreshThatFailedIsAnError(t *testing.T) {
	r := soakOf(func(int) float64 { return 1 })
	r.figures.Answers[503] = 1
	if err := writeSoak(t.TempDir(), r); err == nil {
		t.Error("no error")
	}
}

func TestSumOf_AddsUpWhatHasTheName(t *testing.T) {
	const text = "# HELP a is not a\na{x=\"y z\"} 1\na{x=\"2\"} 2.5\nab 7\na_total 9\n"
	if got := sumOf(text, "a"); got != 3.5 {
		t.Errorf("%v, want 3.5", got)
	}
	if got := sumOf("go_goroutines 12\n", "go_goroutines"); got != 12 {
		t.Errorf("%v, want 12", got)
	}
}
