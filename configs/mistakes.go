package configs

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// mistakes holds at most one mistake a variable, the first that was found, in words that follow the variable's name.
type mistakes map[string]string

func (m mistakes) add(name, format string, args ...any) {
	if m[name] == "" {
		m[name] = fmt.Sprintf(format, args...)
	}
}

// has tells whether one of the variables is wrong already, so that what depends on it is not judged.
func (m mistakes) has(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return m[name] != "" })
}

// err lists the mistakes in the order of the variables, on one line.
func (m mistakes) err() error {
	if len(m) == 0 {
		return nil
	}
	var lines []string
	for _, name := range append([]string{"configuration", dotenv}, names()...) {
		if m[name] != "" {
			lines = append(lines, name+" "+m[name])
		}
	}
	return errors.New(strings.Join(lines, "; "))
}

func names() []string {
	all := make([]string, len(variables))
	for i, v := range variables {
		all[i] = v.name
	}
	return all
}

// maxShown is how much of a wrong value a message repeats.
const maxShown = 64

// refuse notes that the variable's value breaks its rule. It repeats the value, unless it may be secret.
func (in input) refuse(v variable) {
	value, right := in.values[v.name], rules[v.name].right
	if value == "" {
		value = v.defaultValue
	}
	if v.secret() {
		in.mistakes.add(v.name, "cannot be used, must be %s", right)
		return
	}
	if len(value) > maxShown {
		value = value[:maxShown] + "…"
	}
	in.mistakes.add(v.name, "is %q, must be %s", value, right)
}
