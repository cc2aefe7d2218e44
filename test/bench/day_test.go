package main

import (
	"bufio"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/bench/day"
)

func about(got, want, within float64) bool { return math.Abs(got-want) <= within*math.Abs(want) }

func TestDemand_EachSessionRefreshesOnceInAnInterval(t *testing.T) {
	if got := (demand{present: 1_000_000, speed: 1}).rate(); !about(got, 667, 0.001) {
		t.Errorf("%v a second, want 667 for a million", got)
	}
	if got := (demand{present: 1500, speed: 360}).rate(); got != 360 {
		t.Errorf("%v a second, want 360 for 1,500 in a day that hurries", got)
	}
}

func TestDemand_CommitsAreSharedAsMuchAsInAQueueOfThem(t *testing.T) {
	const took = 0.0004
	for _, rate := range []float64{10, 500, 2500, 7000, 30_000} {
		d := demand{present: rate * day.Interval.Seconds(), speed: 1, took: took}
		if got, want := d.perCommit(), queued(rate, took); !about(got, want, 0.03) {
			t.Errorf("at %v a second %.2f share a commit, want %.2f", rate, got, want)
		}
	}
}

// queued lets requests come by chance while one commit at a time is made, and returns how many shared one.
func queued(rate, took float64) float64 {
	chance := rand.New(rand.NewPCG(1, 2))
	const requests = 200_000
	next, free, commits := 0.0, 0.0, 0
	for n := 0; n < requests; commits++ {
		begin := max(free, next)
		for ; n < requests && next <= begin; n++ {
			next += chance.ExpFloat64() / rate
		}
		free = begin + took
	}
	return requests / float64(commits)
}

func TestDemand_ALoneRefreshPaysForItsCommitAndManyShareIt(t *testing.T) {
	c := costs{rotation: 1, commit: 10, service: 1, wake: 10, login: 5}
	lone := demand{present: 15, speed: 1, took: 1e-6}
	if got := lone.storeCores(c) / lone.rate(); !about(got, 11, 0.001) {
		t.Errorf("a lone one takes %v, want 11", got)
	}
	lone.logins = 1
	if got := lone.serviceCores(c) - 11*lone.rate(); !about(got, 5, 0.001) {
		t.Errorf("a log-in takes %v, want 5", got)
	}
	many := demand{present: 150_000, speed: 1, took: 1}
	if got := many.storeCores(c) / many.rate(); !about(got, 1.1, 0.001) {
		t.Errorf("one of a hundred takes %v, want 1.1", got)
	}
	if got := (demand{}).storeCores(c); got != 0 {
		t.Errorf("%v cores for nobody, want none", got)
	}
}

func TestDemand_TheLogHasRefreshesAndSessionsThatBegin(t *testing.T) {
	d := demand{present: 15_000, speed: 1, begun: 2}
	if got := d.log(costs{wal: 300, begin: 500}); got != 4000 {
		t.Errorf("%v bytes a second, want 3,000 of refreshes and 1,000 of sessions", got)
	}
}

func TestDemand_APageIsWrittenOnceBetweenCheckpoints(t *testing.T) {
	c := costs{rowsOnPage: 10, image: 1000}
	few := demand{present: 150_000, speed: 1, betweenCheckpoints: 1}
	if got := few.images(c); !about(got, few.rate()*1000, 0.01) {
		t.Errorf("%v bytes a second, want an image for each of the few changes", got)
	}
	many := demand{present: 150_000, speed: 1, betweenCheckpoints: 3000}
	if got := many.images(c) * 3000; !about(got, 15_000*1000, 0.01) {
		t.Errorf("%v bytes, want nearly each of 15,000 pages once, and none more often", got)
	}
	c = costs{usersOnPage: 10, image: 1000}
	if got := (demand{begun: 1000, stored: 1000, betweenCheckpoints: 10}).images(c) * 10; !about(got, 100*1000, 0.01) {
		t.Errorf("%v bytes, want each page of the index by users once", got)
	}
	if got := (demand{}).images(c); got != 0 {
		t.Errorf("%v bytes for nobody, want none", got)
	}
}

// playedDay is a day of ten seconds an hour.
func playedDay() simulation {
	s := simulation{plan: planOf(false), day: day.New(1000, 2), hours: make([]dayHour, day.Hours)}
	for i := range s.hours {
		h := &s.hours[i]
		h.Offered, h.Answered, h.P99, h.service, h.wal, h.fullPages = 100, 100, 1, 2, 3000, 1000
		h.commits, h.table.live, h.table.heap = commits{50, 100, 0.02}, int64(i+1), 600
	}
	s.hours[10].Answered, s.hours[10].P99, s.hours[3].Answered, s.hours[3].Failed = 300, 7, 50, 4
	return s
}

func TestSimulation_TheDayIsTheSumOfItsHours(t *testing.T) {
	s := playedDay()
	all := s.total()
	if all.Offered != 2400 || all.Answered != 22*100+300+50 || all.Failed != 4 || all.P99 != 7 || all.service != 48 ||
		all.wal != 72_000 || all.commits.rotations != 2400 || all.table.live != 24 {
		t.Errorf("%+v, want sums, the worst p99 and the last table", all)
	}
	if s.busiest() != 10 || s.quietest() != 3 || !about(s.busyFactor(), 300*24.0/2550, 1e-9) {
		t.Errorf("busiest %d, quietest %d, factor %v: want 10, 3 and 2.82", s.busiest(), s.quietest(), s.busyFactor())
	}
}

func TestSimulation_ComparesWithTheArithmetic(t *testing.T) {
	s := playedDay()
	text := s.describe(machine{})
	for _, want := range []string{
		"| 10 to 11 | refreshes/s | ", " | 30 | ", // 300 in ten seconds
		"| the day | log, images of pages, MB | ", "failed", "**4** of",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	if rows := strings.Count(text, "\n| 1"); rows < 10 || strings.Contains(text, "NaN") || strings.Contains(text, "mean nothing") {
		t.Errorf("%s\nwant a row for each hour and no number that is none", text)
	}
	if row := (compared{"x", 1, 2, 3, count}).row("now"); row[5] != "3.00" || row[6] != "1.50" {
		t.Errorf("%v, want 3 times the first and 1.5 times the second", row)
	}
	if n := strings.Count(s.plot(), "<circle"); n != 4*2*day.Hours-day.Hours { // p50 is 0
		t.Errorf("%d points, want two lines in each panel", n)
	}
}

func TestPlan_TheDayPassesInItsTime(t *testing.T) {
	p := plan{dayLength: 4 * time.Minute}
	if p.speed() != 360 || p.perHour() != 10*time.Second || p.simulated(time.Minute) != 6*time.Hour {
		t.Errorf("speed %v, %s an hour, %s after a minute: want 360, 10s and 6h", p.speed(), p.perHour(), p.simulated(time.Minute))
	}
}

func TestIDOf_IsWhatTheDatabaseMakes(t *testing.T) {
	if got := idOf(1, "8000"); got != "018bcfe5-6801-7000-8000-018bcfe56801" {
		t.Errorf("%s, want the time of 1 with its parts", got)
	}
}

func TestCommitsIn_ReadsTheMetrics(t *testing.T) {
	const text = "# HELP x\nvidaplus_rotations_per_commit_bucket{le=\"1\"} 9\nvidaplus_rotations_per_commit_sum 30\n" +
		"vidaplus_rotations_per_commit_count 12\nvidaplus_rotation_commit_seconds_sum 0.5\n"
	if c, err := commitsIn(bufio.NewScanner(strings.NewReader(text))); err != nil || c != (commits{12, 30, 0.5}) {
		t.Errorf("%+v %v, want 12 commits of 30 rotations in half a second", c, err)
	}
	if _, err := commitsIn(bufio.NewScanner(strings.NewReader("x 1\n"))); err == nil {
		t.Error("no error where there is nothing of commits")
	}
}

func TestFollowDay_MarksEachHourAndReadsWhatBecameOfThem(t *testing.T) {
	b, marks := &bench{}, 0
	hours := strings.TrimSuffix(strings.Repeat(`{"answered":2},`, day.Hours), ",")
	all, err := b.followDay(bufio.NewReader(strings.NewReader("hour 0\nhour 1\n["+hours+"]\n")), func() { marks++ })
	if err != nil || marks != 2 || len(all) != day.Hours || all[23].Answered != 2 {
		t.Errorf("%d marks, %v, %v: want both, and 24 hours", marks, all, err)
	}
	for _, text := range []string{"", "hour 0\n", "[{}]\n", "nonsense\n"} {
		if _, err := b.followDay(bufio.NewReader(strings.NewReader(text)), func() {}); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}
