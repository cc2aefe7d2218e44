package main

import "testing"

func TestTable_IsMarkdown(t *testing.T) {
	const want = "| a | b |\n|---|---|\n| 1 | 2 |\n"
	if got := table([]string{"a", "b"}, [][]string{{"1", "2"}}); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestCount_SeparatesThousands(t *testing.T) {
	for n, want := range map[float64]string{0: "0", 999.4: "999", 999.5: "1,000", 1234567: "1,234,567", -1234: "-1,234"} {
		if got := count(n); got != want {
			t.Errorf("%v is %q, want %q", n, got, want)
		}
	}
}

func TestSpan_ShowsTheMedianWithTheExtremes(t *testing.T) {
	if got := span([]float64{30, 10, 20}, count); got != "20 (10–30)" {
		t.Errorf("%q, want the median and the extremes", got)
	}
	if got := span([]float64{5}, count); got != "5" {
		t.Errorf("%q, want one number alone", got)
	}
}
