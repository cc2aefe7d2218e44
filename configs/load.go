package configs

import (
	"errors"
	"strings"

	"github.com/caarlos0/env/v11"
)

// Where a value came from. A value that was read from a file has "file" and the path instead.
const (
	sourceDefault     = "default"
	sourceEnvironment = "environment"
	sourceMade        = "made"
)

// input is the text of each known variable that is set, with where it came from, and what is wrong so far.
type input struct {
	values   map[string]string
	sources  map[string]string
	mistakes mistakes
}

// Load reads the configuration from environ, in the form of os.Environ, and from the file .env of the folder dir, if
// there is one. The environment wins, and an empty value counts as unset. On a terminal the log is for people to read
// unless LOG_FORMAT says otherwise: terminal tells whether standard error is one. Paths in values are relative to the
// working folder. Variables that are not known are ignored.
//
// The error is one line that lists every mistake, with what would be right. It holds no secret, and quotes nothing of a .env
// that cannot be understood.
//
// judges say what only they know.
func Load(environ []string, dir string, terminal bool, judges ...Judge) (Config, error) {
	in := gather(environ, dir)
	if terminal && in.values["LOG_FORMAT"] == "" {
		in.values["LOG_FORMAT"], in.sources["LOG_FORMAT"] = "console", sourceDefault
	}
	c := Config{sources: in.sources}
	in.parse(&c)
	c.check(in)
	c.ask(judges, in)
	if err := in.mistakes.err(); err != nil {
		return Config{}, err
	}
	return c, nil
}

func gather(environ []string, dir string) input {
	in := input{values: map[string]string{}, sources: map[string]string{}, mistakes: mistakes{}}
	set := in.readDotenv(dir)
	origin := make(map[string]string, len(set))
	for name := range set {
		origin[name] = dotenv
	}
	for _, entry := range environ {
		if name, value, _ := strings.Cut(entry, "="); value != "" {
			set[name], origin[name] = value, sourceEnvironment
		}
	}
	for _, v := range variables {
		in.take(v, set, origin)
	}
	return in
}

// take picks one variable out of everything that is set, from the file that NAME_FILE names if it may come so.
func (in input) take(v variable, set, origin map[string]string) {
	name := v.name
	if special := v.forTraces(); special != "" && set[special] != "" {
		name = special
	}
	value, path := set[name], set[v.fileName()]
	switch {
	case !v.fromFile() || path == "":
		if value != "" {
			in.values[v.name], in.sources[v.name] = value, origin[name]
		}
	case value != "":
		in.mistakes.add(v.name, "and %s are both set, must be only one of them", v.fileName())
	default:
		text, err := readValue(path)
		if err != nil {
			in.mistakes.add(v.name, "cannot be read from %s (%v), must be a readable file that holds the value", v.fileName(), err)
			return
		}
		in.values[v.name], in.sources[v.name] = v.asLines(text), "file "+path
	}
}

// parse fills c and notes what cannot be parsed. The library's errors quote values, so only the field is taken from
// them.
func (in input) parse(c *Config) {
	err := env.ParseWithOptions(c, env.Options{Environment: in.values})
	if err == nil {
		return
	}
	var all env.AggregateError
	if !errors.As(err, &all) {
		all.Errors = []error{err}
	}
	for _, one := range all.Errors {
		var parse env.ParseError
		if !errors.As(one, &parse) {
			// Not a value but a type that the library cannot read: a mistake of this package.
			in.mistakes.add("configuration", "cannot be read: %T", one)
			continue
		}
		in.refuse(variableOf(parse.Name))
	}
}
