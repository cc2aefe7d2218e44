package main

import "fmt"

func (t turns) describe() string {
	return t.table() + "\nOf the ceiling, round by round, and what the refreshes cost:\n\n" + t.costs() + "\n" + t.equipment()
}

// table holds medians over the rounds, the least and the greatest in brackets.
func (t turns) table() string {
	var rows [][]string
	for _, name := range t.names {
		s := t.samples[name]
		rows = append(rows, []string{
			name, span(of(s, rate), count), milliseconds(median(of(s, func(s sample) float64 { return s.P50 }))),
			span(of(s, p99), milliseconds), count(float64(failures(s))),
			cpu(s, func(s sample) float64 { return s.service }), cpu(s, func(s sample) float64 { return s.store }),
			cpu(s, func(s sample) float64 { return s.generator }),
		})
	}
	return table([]string{
		"service", "refreshes/s", "p50 ms", "p99 ms", "not 200", "CPU s per 1,000: service", "PostgreSQL", "load generator",
	}, rows)
}

func cpu(samples []sample, seconds func(sample) float64) string {
	spent := median(of(samples, func(s sample) float64 { return s.per1000(seconds(s)) }))
	if spent == 0 {
		return "–"
	}
	return fmt.Sprintf("%.4f", spent)
}

// costs is what a refresh leaves behind.
func (t turns) costs() string {
	var rows [][]string
	for _, name := range t.names {
		s := t.samples[name]
		rows = append(rows, append([]string{name, percents(t.toCeiling(name))}, written(s)...))
	}
	return table(append([]string{"service", "of the ceiling"}, writtenHeader...), rows)
}

var writtenHeader = []string{
	"WAL bytes per refresh", "of them full-page images", "without them", "HOT updates", "tables before, after",
}

// written is what refreshes wrote in PostgreSQL.
func written(s []sample) []string {
	if median(of(s, func(s sample) float64 { return float64(s.sizeAfter) })) == 0 {
		return []string{"–", "–", "–", "–", "–"}
	}
	middle := func(number func(sample) float64) float64 { return median(of(s, number)) }
	wal := middle(func(s sample) float64 { return s.each(s.wal) })
	images := middle(func(s sample) float64 { return s.each(s.fullPages) })
	return []string{
		count(wal), count(images), count(middle(func(s sample) float64 { return s.each(s.wal - s.fullPages) })),
		percent(middle(func(s sample) float64 { return share(float64(s.hot), float64(s.updated)) })),
		megabytes(middle(func(s sample) float64 { return float64(s.sizeBefore) })) + ", " +
			megabytes(middle(func(s sample) float64 { return float64(s.sizeAfter) })),
	}
}

func (t turns) equipment() string {
	log := median(of(t.samples[oursName], func(s sample) float64 { return s.each(s.log) }))
	return fmt.Sprintf("Ours ran with its defaults: metrics served: %s; request ids on answers: %s; log written: %s bytes per "+
		"refresh at info, %s at warn; limits and the audit log are always on. Memory at the end: %s.\n",
		yes(t.metrics), yes(t.requestID), count(log),
		count(median(of(t.samples[warnName], func(s sample) float64 { return s.each(s.log) }))),
		megabytes(median(of(t.samples[oursName], memory))))
}

func memory(s sample) float64 { return float64(s.memory) }

func yes(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}
