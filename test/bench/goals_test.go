package main

import "testing"

func TestAtLeast_JudgesTheMedian(t *testing.T) {
	for _, c := range []struct {
		numbers []float64
		want    string
	}{
		{[]float64{0.2, 0.75, 0.9}, met},
		{[]float64{0.6, 0.749, 0.9}, leastOf},
		{[]float64{0.599}, notMet},
		{nil, notMet},
	} {
		if got := atLeast("", 0.75, 0.6, c.numbers, percent); got.verdict != c.want || got.want != "≥ 75.0 %, at least 60.0 %" {
			t.Errorf("%v is %+v, want %q", c.numbers, got, c.want)
		}
	}
}

func TestAtMost_JudgesTheMedian(t *testing.T) {
	for _, c := range []struct {
		numbers []float64
		want    string
	}{{[]float64{10}, met}, {[]float64{1, 10.1, 12}, notMet}, {nil, notMet}} {
		if got := atMost("", 10, c.numbers, milliseconds); got.verdict != c.want {
			t.Errorf("%v is %+v, want %q", c.numbers, got, c.want)
		}
	}
}

func TestTurns_JudgeOursByTheCeilingOfItsOwnRound(t *testing.T) {
	fine := map[int]int{200: 1}
	got := turns{names: []string{ceilingName, oursName}, samples: map[string][]sample{
		ceilingName: {sampled(100, 1, fine), sampled(1000, 1, fine), sampled(100, 1, fine)},
		oursName:    {sampled(80, 1, fine), sampled(100, 1, fine), sampled(80, 11, map[int]int{200: 1, 401: 1})},
	}}.outcome().goals
	want := []struct{ measured, verdict string }{{"80.0 % (10.0 %–80.0 %)", met}, {"1.0 (1.0–11.0)", met}, {"1", notMet}}
	for i, w := range want {
		if got[i].measured != w.measured || got[i].verdict != w.verdict {
			t.Errorf("%+v, want %+v", got[i], w)
		}
	}
}
