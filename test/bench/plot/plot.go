package plot

import (
	"fmt"
	"html"
	"slices"
	"strings"
)

// Point is one value. X is above 0, or at least 0 on an even panel; on a logarithmic one Y is above 0 too, else the point is
// left out.
type Point struct{ X, Y float64 }

// Line joins points in their order.
type Line struct {
	Name   string
	Points []Point
}

// Panel is one diagram. Lines of the same place in different panels have the same colour.
type Panel struct {
	Title string
	Lines []Line
	// Log makes the vertical axis logarithmic too, Even the horizontal one not.
	Log, Even bool
}

// The measures of the picture.
const (
	width, height          = 460, 320
	left, right            = 64, 16
	top, bottom            = 40, 48
	legend                 = 36
	axisColour, gridColour = "#57606a", "#d8dee4"
)

var colours = []string{"#6e7781", "#0969da", "#bc4c00", "#1a7f37", "#8250df"}

// SVG returns a picture with the panels side by side, and above them a legend, or one each if their lines differ. Every X of a line is marked on the
// horizontal axis, as far as there is room.
func SVG(horizontal string, panels ...Panel) string {
	var s strings.Builder
	fmt.Fprintf(&s, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">`+"\n",
		width*len(panels), height+legend)
	fmt.Fprintf(&s, `<rect width="100%%" height="100%%" fill="#ffffff"/>`+"\n")
	for i, p := range panels {
		if i == 0 || !slices.Equal(names(p), names(panels[0])) {
			drawLegend(&s, i*width, p.Lines)
		}
		fmt.Fprintf(&s, `<g transform="translate(%d,%d)">`+"\n", i*width, legend)
		p.draw(&s, horizontal)
		s.WriteString("</g>\n")
	}
	s.WriteString("</svg>\n")
	return s.String()
}

func names(p Panel) (all []string) {
	for _, l := range p.Lines {
		all = append(all, l.Name)
	}
	return all
}

func drawLegend(s *strings.Builder, from int, lines []Line) {
	x := from + left
	for i, l := range lines {
		fmt.Fprintf(s, `<rect x="%d" y="18" width="18" height="4" fill="%s"/>`, x, colour(i))
		write(s, float64(x+24), 24, "start", l.Name)
		x += 48 + 7*len(l.Name)
	}
}

func (p Panel) draw(s *strings.Builder, horizontal string) {
	x, y := p.axes()
	write(s, left, top-14, "start", p.Title)
	for _, t := range y.ticks {
		at := y.place(t)
		fmt.Fprintf(s, `<path d="M%d %.1fH%d" stroke="%s"/>`, left, at, width-right, gridColour)
		write(s, left-8, at+4, "end", label(t))
	}
	for _, t := range x.ticks {
		at := x.place(t)
		fmt.Fprintf(s, `<path d="M%.1f %dV%d" stroke="%s"/>`, at, height-bottom, height-bottom+5, axisColour)
		write(s, at, height-bottom+19, "middle", label(t))
	}
	fmt.Fprintf(s, `<path d="M%d %dH%d" stroke="%s"/>`, left, height-bottom, width-right, axisColour)
	write(s, (left+width-right)/2, height-10, "middle", horizontal)
	for i, l := range p.Lines {
		l.draw(s, x, y, colour(i))
	}
}

func (l Line) draw(s *strings.Builder, x, y axis, colour string) {
	var path strings.Builder
	for _, p := range l.Points {
		if !x.shows(p.X) || !y.shows(p.Y) {
			continue
		}
		word := "L"
		if path.Len() == 0 {
			word = "M"
		}
		fmt.Fprintf(&path, "%s%.1f %.1f", word, x.place(p.X), y.place(p.Y))
		fmt.Fprintf(s, `<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>`, x.place(p.X), y.place(p.Y), colour)
	}
	fmt.Fprintf(s, `<path d="%s" fill="none" stroke="%s" stroke-width="2"/>`+"\n", path.String(), colour)
}

func colour(i int) string { return colours[i%len(colours)] }

func write(s *strings.Builder, x, y float64, anchor, text string) {
	fmt.Fprintf(s, `<text x="%.1f" y="%.1f" text-anchor="%s" fill="#1f2328">%s</text>`+"\n", x, y, anchor, html.EscapeString(text))
}
