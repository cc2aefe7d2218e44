package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// table writes a Markdown table.
func table(header []string, rows [][]string) string {
	var t strings.Builder
	line := func(cells []string) { t.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	line(header)
	t.WriteString(strings.Repeat("|---", len(header)) + "|\n")
	for _, row := range rows {
		line(row)
	}
	return t.String()
}

// count writes a number rounded to a whole one, with a comma before each three digits.
func count(n float64) string {
	digits := strconv.FormatInt(int64(math.Abs(math.Round(n))), 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	if math.Round(n) < 0 {
		return "-" + digits
	}
	return digits
}

func percent(part float64) string { return fmt.Sprintf("%.1f %%", part*100) }

func percents(parts []float64) string {
	all := make([]string, len(parts))
	for i, part := range parts {
		all[i] = percent(part)
	}
	return strings.Join(all, ", ")
}

func milliseconds(ms float64) string { return fmt.Sprintf("%.1f", ms) }

func megabytes(bytes float64) string { return fmt.Sprintf("%.1f MB", bytes/1e6) }

// span writes the median with the least and the greatest.
func span(numbers []float64, write func(float64) string) string {
	if len(numbers) < 2 {
		return write(median(numbers))
	}
	least, greatest := numbers[0], numbers[0]
	for _, n := range numbers {
		least, greatest = min(least, n), max(greatest, n)
	}
	return fmt.Sprintf("%s (%s–%s)", write(median(numbers)), write(least), write(greatest))
}
