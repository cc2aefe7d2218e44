package plot

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

func wellFormed(t *testing.T, picture string) {
	t.Helper()
	for in := xml.NewDecoder(strings.NewReader(picture)); ; {
		_, err := in.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, picture)
		}
	}
}

func TestSVG_IsWellFormedWhateverTheNamesAre(t *testing.T) {
	line := Line{Name: `a<b & "c"`, Points: []Point{{1, 10}, {100, 1000}}}
	wellFormed(t, SVG("x < y", Panel{Title: "<rate>", Lines: []Line{line}}, Panel{Lines: []Line{line}, Log: true}))
	wellFormed(t, SVG("nothing"))
	wellFormed(t, SVG("no lines", Panel{}, Panel{Log: true}))
}

func TestSVG_PutsNothingOutsideThePicture(t *testing.T) {
	lines := []Line{{Points: []Point{{5, 0}}}, {Points: []Point{{5, 12345}}}}
	for _, log := range []bool{false, true} {
		if picture := SVG("x", Panel{Lines: lines, Log: log}); strings.Contains(picture, "NaN") || strings.Contains(picture, "Inf") {
			t.Errorf("a place that is none, in\n%s", picture)
		}
	}
}

func TestSVG_HasALegendForEachPanelWhoseLinesDiffer(t *testing.T) {
	a, b := []Line{{Name: "first"}}, []Line{{Name: "second"}}
	picture := SVG("x", Panel{Lines: a}, Panel{Lines: a}, Panel{Lines: b})
	for name, want := range map[string]int{"first": 1, "second": 1} {
		if n := strings.Count(picture, ">"+name+"<"); n != want {
			t.Errorf("%s is there %d times, want %d", name, n, want)
		}
	}
}

func TestPanel_LeavesOutWhatALogarithmCannotShow(t *testing.T) {
	lines := []Line{{Points: []Point{{1, 0}, {2, 5}}}}
	if n := strings.Count(SVG("x", Panel{Lines: lines, Log: true}), "<circle"); n != 1 {
		t.Errorf("%d points, want the one above 0", n)
	}
	if n := strings.Count(SVG("x", Panel{Lines: lines}), "<circle"); n != 2 {
		t.Errorf("%d points, want both", n)
	}
}
