package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
)

// say writes a line to standard output.
func say(c *cobra.Command, format string, args ...any) error {
	_, err := fmt.Fprintf(c.OutOrStdout(), format+"\n", args...)
	return err
}

// table lines up rows of cells and makes them printable.
type table struct{ out *tabwriter.Writer }

func newTable(out io.Writer) table { return table{tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)} }

func (t table) row(cells ...string) {
	for i, cell := range cells {
		cells[i] = printable(cell)
	}
	// What is written waits in memory for end, which reports the failure.
	_, _ = fmt.Fprintln(t.out, strings.Join(cells, "\t"))
}

func (t table) end() error { return t.out.Flush() }

// array writes a JSON array, one object a line, as the objects come. If they stop coming it stays open, so
// that nobody takes a part for the whole.
type array struct {
	out   io.Writer
	begun bool
}

func (a *array) add(object any) error {
	before := "[\n"
	if a.begun {
		before = ",\n"
	}
	a.begun = true
	return writeJSON(a.out, before, object, "")
}

func (a *array) end() error {
	text := "\n]\n"
	if !a.begun {
		text = "[]\n"
	}
	_, err := io.WriteString(a.out, text)
	return err
}

func writeJSON(out io.Writer, before string, object any, after string) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(object); err != nil {
		return err
	}
	_, err := io.WriteString(out, before+escapedJSON(strings.TrimSuffix(text.String(), "\n"))+after)
	return err
}

func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// instant writes a time in UTC, in whole seconds.
func instant(t time.Time) string { return t.UTC().Format(time.RFC3339) }
