package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReport_TellsTheGoalsFirstAndSaysWhatItIs(t *testing.T) {
	r := report{plan: planOf(true), outcomes: []outcome{
		{title: "First", text: "one\n", goals: []goal{{"rate", "≥ 2", "3", met}}},
		{title: "Second", text: "two\n", plot: "<svg/>"},
	}}
	folder := filepath.Join(t.TempDir(), "new")
	if err := r.write(folder); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(folder, "RESULTS.md"))
	if err != nil {
		t.Fatal(err)
	}
	at := 0
	for _, want := range []string{"mean nothing", "| rate | ≥ 2 | 3 | met |", "## First\n\none", "## Second\n\n![", "two", "## Machine", "## Method"} {
		next := strings.Index(string(text)[at:], want)
		if next < 0 {
			t.Fatalf("%s\nwant %q after what comes before it", text, want)
		}
		at += next
	}
	if plot, err := os.ReadFile(filepath.Join(folder, plotName)); err != nil || string(plot) != "<svg/>" {
		t.Errorf("%q %v, want the plot beside it", plot, err)
	}
}

func TestReport_OfAFullRunDoesNotCallItselfShort(t *testing.T) {
	if text := (report{plan: planOf(false)}).markdown(); strings.Contains(text, "mean nothing") || strings.Contains(text, "## Goals") {
		t.Errorf("%s\nwant neither the warning nor an empty table", text)
	}
}

func TestChoose_TakesAllUnlessToldAndRefusesWhatItDoesNotKnow(t *testing.T) {
	if all, err := choose(""); err != nil || len(all) != len(measures)-1 || all[len(all)-1].name == "day" {
		t.Errorf("%d measures, %v: want all but the day", len(all), err)
	}
	if two, err := choose("sqlite, turns"); err != nil || len(two) != 2 || two[0].name != "sqlite" {
		t.Errorf("%v %v, want the two that were named", two, err)
	}
	if _, err := choose("turns,nothing"); err == nil {
		t.Error("no error for a measure that there is not")
	}
}

func TestReport_WritesAPageOfItsOwnAndLeavesTheResultsAlone(t *testing.T) {
	folder := t.TempDir()
	r := report{outcomes: []outcome{{page: "OTHER.md", text: "other\n", plot: "<svg/>", plotName: "other.svg"}}}
	if err := r.write(folder); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"OTHER.md": "other\n", "other.svg": "<svg/>"} {
		if text, err := os.ReadFile(filepath.Join(folder, name)); err != nil || string(text) != want {
			t.Errorf("%s is %q, %v: want %q", name, text, err, want)
		}
	}
	if _, err := os.Stat(filepath.Join(folder, "RESULTS.md")); !os.IsNotExist(err) {
		t.Errorf("%v, want no RESULTS.md where nothing belongs into it", err)
	}
}

func TestSweep_DrawsALineForEachService(t *testing.T) {
	fine := map[int]int{200: 1}
	o := sweep{
		levels: []int{1, 2}, names: []string{"ceiling", "ours"},
		samples: map[string][]sample{
			"ceiling": {sampled(10, 1, fine), sampled(20, 2, fine)}, "ours": {sampled(5, 1, fine), sampled(9, 3, fine)},
		},
	}.outcome()
	if !strings.Contains(o.text, "| 2 | 20 | 2.0 | 0 | 9 | 3.0 | 0 |") {
		t.Errorf("%s\nwant a row for each level", o.text)
	}
	if n := strings.Count(o.plot, "<circle"); n != 8 {
		t.Errorf("%d points, want two for each service in both panels", n)
	}
}
