package configs

import "fmt"

// Judge knows what is wrong with a value that this package cannot judge: whatever is behind it.
type Judge struct {
	// Of are the variables that it looks at. It is not asked if one of them is wrong already, and what it finds is told of
	// the first.
	Of []string
	// Wrong returns what is wrong in words that follow the variable's name and hold no secret, or "".
	Wrong func(Config) string
}

func (c Config) ask(judges []Judge, in input) {
	for _, j := range judges {
		if in.mistakes.has(j.Of...) {
			continue
		}
		if wrong := j.Wrong(c); wrong != "" {
			in.mistakes.add(j.Of[0], "%s", wrong)
		}
	}
}

// Driver judges whether the driver of a database can use it. What its error says is not repeated, since it may quote a
// password.
func Driver(usable func(Database) error) Judge {
	return Judge{[]string{"DATABASE_URL"}, func(c Config) string {
		if usable(c.Database()) == nil {
			return ""
		}
		return fmt.Sprintf("has a port, an option or a file that the driver cannot use, must be as %s", options[c.Database().Engine])
	}}
}

// options say where what may stand in a server's URL is written down.
var options = map[string]string{
	Postgres: "PostgreSQL's documentation of connection URIs says",
	MySQL:    "MySQL's documentation of URI-like strings says, with no options but socket, ssl-mode, ssl-ca, ssl-cert and ssl-key",
}
