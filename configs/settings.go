package configs

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// Setting is one variable as it stands, fit to be printed: Value has a mask for every secret and is empty if nothing
// is set. Source is "default", "environment", ".env", "made" for a key that the program made, or "file" and a path.
type Setting struct {
	Name   string
	Value  string
	Source string
}

// Settings lists every variable in the order in which they are documented.
func (c Config) Settings() []Setting {
	all := make([]Setting, len(variables))
	for i, v := range variables {
		value := reflect.ValueOf(c).FieldByIndex(v.field.Index).Interface()
		all[i] = Setting{Name: v.name, Value: shown(value), Source: cmp.Or(c.sources[v.name], sourceDefault)}
		if v.name == "DATABASE_URL" && all[i].Value != "" {
			all[i].Value = maskedURL(c.DatabaseURL)
		}
	}
	return all
}

// WithMadeSecretKey returns the configuration with the key that the program made and keeps beside an embedded
// database.
func (c Config) WithMadeSecretKey(key domain.Secret) Config {
	c.SecretKey = key
	c.sources = maps.Clone(c.sources)
	if c.sources == nil {
		c.sources = map[string]string{}
	}
	c.sources["SECRET_KEY"] = sourceMade
	return c
}

// RenderSettings returns a table with a line for each setting: name, value and source. The same settings give the same
// text.
func RenderSettings(all []Setting) string {
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, s := range all {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\n", s.Name, cmp.Or(printable(s.Value), `""`), printable(s.Source))
	}
	_ = table.Flush()
	return text.String()
}

// printable keeps a value from breaking the table.
func printable(text string) string {
	if domain.CleanText(text, len(text)) {
		return text
	}
	return fmt.Sprintf("%q", text)
}

func shown(value any) string {
	switch v := value.(type) {
	case domain.Secret:
		if v.Empty() {
			return ""
		}
	case time.Duration:
		return shortDuration(v)
	}
	return fmt.Sprint(value)
}

// shortDuration writes whole minutes and hours as people do: 720h, not 720h0m0s.
func shortDuration(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
