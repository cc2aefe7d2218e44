package configs

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// maxFileSize bounds the file that NAME_FILE names, so that a path such as /dev/zero is a mistake and not a hang.
const maxFileSize = 64 << 10

// variable is one field of Config.
type variable struct {
	name         string
	defaultValue string
	field        reflect.StructField
}

// variables lists every known variable in the order of Config.
var variables = listVariables()

func listVariables() []variable {
	var all []variable
	for _, field := range reflect.VisibleFields(reflect.TypeFor[Config]()) {
		if name := field.Tag.Get("env"); name != "" {
			all = append(all, variable{name, field.Tag.Get("envDefault"), field})
		}
	}
	return all
}

func variableOf(field string) variable {
	for _, v := range variables {
		if v.field.Name == field {
			return v
		}
	}
	panic("configs: no variable for field " + field)
}

func variableNamed(name string) variable {
	for _, v := range variables {
		if v.name == name {
			return v
		}
	}
	panic("configs: no variable " + name)
}

var secretTypes = []reflect.Type{
	reflect.TypeFor[domain.Secret](), reflect.TypeFor[Secrets](), reflect.TypeFor[Clients](), reflect.TypeFor[Headers](),
}

// secret tells whether the value may never be printed.
func (v variable) secret() bool {
	return slices.Contains(secretTypes, v.field.Type)
}

// fromFile tells whether NAME_FILE may name a file with the value: so it is for everything that holds a secret.
func (v variable) fromFile() bool { return v.secret() }

// asLines marks what a file holds as one key a line, so that a comma belongs to its key even if there is one line only.
// The pairs of INTROSPECTION_CLIENTS may stand in a file either way: no comma belongs to one.
func (v variable) asLines(text string) string {
	if v.field.Type == reflect.TypeFor[Secrets]() {
		return text + "\n"
	}
	return text
}

func (v variable) fileName() string { return v.name + "_FILE" }

// forTraces is OpenTelemetry's name of the variable where it is meant for traces alone, which are all that is sent from
// here: it goes before the other. Empty for most.
func (v variable) forTraces() string { return v.field.Tag.Get("traces") }

// readValue returns what the file holds, less one line break at its end. Its errors do not repeat the path, which may
// be a secret that was put into the wrong variable.
func readValue(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", cause(err)
	}
	defer func() { _ = file.Close() }()
	raw, err := io.ReadAll(io.LimitReader(file, maxFileSize+1))
	if err != nil {
		return "", cause(err)
	}
	text, cut := strings.CutSuffix(string(raw), "\n")
	if cut {
		text = strings.TrimSuffix(text, "\r")
	}
	switch {
	case len(raw) > maxFileSize:
		return "", errors.New("larger than 64 KiB")
	case text == "":
		return "", errors.New("empty")
	}
	return text, nil
}

// cause leaves out of an error of the file system what it was done to.
func cause(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err
	}
	return err
}
