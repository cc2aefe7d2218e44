package plot

import (
	"math"
	"slices"
	"strconv"
)

// axis turns values into places on the picture.
type axis struct {
	log        bool
	least, top float64
	// from and to are the places of least and top.
	from, to float64
	ticks    []float64
}

func (a axis) shows(value float64) bool { return !a.log || value > 0 }

func (a axis) place(value float64) float64 {
	share := func(v float64) float64 { return v - a.least }
	if a.log {
		share = func(v float64) float64 { return math.Log(v / a.least) }
	}
	whole := share(a.top)
	if whole == 0 {
		return a.from
	}
	return a.from + (a.to-a.from)*share(value)/whole
}

// axes returns the horizontal and the vertical axis that the lines need.
func (p Panel) axes() (x, y axis) {
	var xs, ys []float64
	for _, l := range p.Lines {
		for _, point := range l.Points {
			xs = append(xs, point.X)
			if !p.Log || point.Y > 0 {
				ys = append(ys, point.Y)
			}
		}
	}
	x = axis{log: !p.Even, least: 1, top: 10, from: left, to: width - right}
	if len(xs) > 0 {
		x.least, x.top = slices.Min(xs), slices.Max(xs)
	}
	x.ticks = x.apart(xs)
	greatest := 1.0
	if len(ys) > 0 {
		greatest = slices.Max(ys)
	}
	if p.Log && len(ys) > 0 {
		return x, decades(slices.Min(ys), greatest)
	}
	return x, linear(greatest)
}

// room is what the number at a tick takes.
const room = 36

// apart returns those of the values whose numbers do not touch.
func (a axis) apart(values []float64) []float64 {
	slices.Sort(values)
	var ticks []float64
	for _, v := range slices.Compact(values) {
		if len(ticks) == 0 || a.place(v)-a.place(ticks[len(ticks)-1]) >= room {
			ticks = append(ticks, v)
		}
	}
	return ticks
}

// linear begins at 0 and has about five round ticks.
func linear(greatest float64) axis {
	step := math.Pow(10, math.Floor(math.Log10(max(greatest, 1e-9)/5)))
	for _, factor := range []float64{1, 2, 5, 10} {
		if greatest/(step*factor) <= 6 {
			step *= factor
			break
		}
	}
	a := axis{top: step * math.Ceil(greatest/step), from: height - bottom, to: top}
	for i := 0; float64(i)*step <= a.top*1.0001; i++ {
		a.ticks = append(a.ticks, float64(i)*step)
	}
	return a
}

// decades spans whole powers of ten.
func decades(least, greatest float64) axis {
	low, high := math.Floor(math.Log10(least)), math.Ceil(math.Log10(greatest))
	if high == low {
		high++
	}
	a := axis{log: true, least: math.Pow(10, low), top: math.Pow(10, high), from: height - bottom, to: top}
	for e := low; e <= high; e++ {
		a.ticks = append(a.ticks, math.Pow(10, e))
	}
	return a
}

func label(value float64) string {
	if value >= 10_000 {
		return strconv.FormatFloat(value/1000, 'g', 4, 64) + "k"
	}
	return strconv.FormatFloat(value, 'g', 4, 64)
}
