package configs

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"github.com/joho/godotenv"
)

// dotenv is the name of the file with variables, and what its mistakes are listed under.
const dotenv = ".env"

// readDotenv returns the variables of the file that are not empty. What the parser says about a mistake quotes the
// file, so it is dropped.
func (in input) readDotenv(dir string) map[string]string {
	text, err := os.ReadFile(filepath.Join(dir, dotenv))
	if errors.Is(err, os.ErrNotExist) {
		return map[string]string{}
	}
	if err != nil {
		in.mistakes.add(dotenv, "cannot be read (%v), must be a readable file or absent", cause(err))
		return map[string]string{}
	}
	// Some editors of Windows put a byte order mark there.
	set, err := parseDotenv(strings.TrimPrefix(string(text), "\ufeff"))
	if err != nil {
		in.mistakes.add(dotenv, "cannot be understood, must have lines of the form NAME=value, a quoted value with both quotes")
		return map[string]string{}
	}
	maps.DeleteFunc(set, func(_, value string) bool { return value == "" })
	return set
}

// parseDotenv reads ${NAME} as a variable set further up, as the original's reader does, and any other dollar sign as
// itself. The library would take $NAME for a variable too, and so silently change a password that holds one.
func parseDotenv(text string) (map[string]string, error) {
	const dollar = "\x00"
	if strings.Contains(text, dollar) {
		return nil, errValue
	}
	set, err := godotenv.Unmarshal(strings.NewReplacer("${", "${", "$", dollar).Replace(text))
	for name, value := range set {
		set[name] = strings.ReplaceAll(value, dollar, "$")
	}
	// The library takes a last line without a sign of equality for the value of no name.
	if _, nameless := set[""]; nameless {
		return nil, errValue
	}
	return set, err
}
