package main

// outcome is what one measure found.
type outcome struct {
	title string
	goals []goal
	text  string
	// plot is an SVG, or empty, and plotName what its file is called if not as usual.
	plot, plotName string
	// page is the file that text is all of, if it is not a part of RESULTS.md.
	page string
}

// goal is a line of the table at the top of the report.
type goal struct {
	what, want, measured, verdict string
}

// The verdicts.
const (
	met     = "met"
	leastOf = "the least is met"
	notMet  = "not met"
)

// atLeast judges the median of some numbers. A goal that is missed may still reach least.
func atLeast(what string, want, least float64, numbers []float64, write func(float64) string) goal {
	g := goal{what: what, want: "≥ " + write(want), measured: span(numbers, write), verdict: notMet}
	if least < want {
		g.want += ", at least " + write(least)
	}
	switch found := median(numbers); {
	case len(numbers) == 0:
	case found >= want:
		g.verdict = met
	case found >= least:
		g.verdict = leastOf
	}
	return g
}

// atMost judges the median of some numbers.
func atMost(what string, want float64, numbers []float64, write func(float64) string) goal {
	g := goal{what: what, want: "≤ " + write(want), measured: span(numbers, write), verdict: notMet}
	if len(numbers) > 0 && median(numbers) <= want {
		g.verdict = met
	}
	return g
}
