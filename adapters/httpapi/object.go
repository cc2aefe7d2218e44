package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// object is a JSON object that every reader understands alike: no name is in it twice.
type object map[string]json.RawMessage

// errNotObject is an invalid for a body that is something else than a JSON object.
var errNotObject = found(errJSONInvalid, flaw{
	Type: "model_attributes_type", Loc: in("body"),
	Msg: "Input should be a valid dictionary or object to extract fields from",
})

// parseObject reads a body that is exactly one JSON object. errBadBody if it is not UTF-8, an invalid otherwise.
func parseObject(body []byte) (object, error) {
	// encoding/json would replace what is not, and the password with it.
	if !utf8.Valid(body) {
		return nil, errBadBody
	}
	var value json.RawMessage
	if err := json.Unmarshal(body, &value); err != nil {
		return nil, notJSON(err)
	}
	if value[0] != '{' {
		return nil, errNotObject
	}
	return parseMembers(json.NewDecoder(bytes.NewReader(value)))
}

// parseMembers reads from the beginning of a valid object.
func parseMembers(from *json.Decoder) (object, error) {
	o := object{}
	if _, err := from.Token(); err != nil {
		return nil, notJSON(err)
	}
	for from.More() {
		token, err := from.Token()
		if err != nil {
			return nil, notJSON(err)
		}
		name := fmt.Sprint(token)
		if _, twice := o[name]; twice {
			return nil, notJSONAt(from.InputOffset(), "Name is given twice")
		}
		var value json.RawMessage
		if err := from.Decode(&value); err != nil {
			return nil, notJSON(err)
		}
		o[name] = value
	}
	return o, nil
}

// notJSON says where the text stopped being JSON, and not why: the reason would repeat a character of a password.
func notJSON(err error) error {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return notJSONAt(syntax.Offset, "Not valid JSON")
	}
	return notJSONAt(1, "Not valid JSON")
}

func notJSONAt(read int64, why string) error {
	return found(errJSONInvalid, flaw{
		Type: "json_invalid", Loc: in("body", max(read-1, 0)), Msg: "JSON decode error", Input: struct{}{},
		Ctx: map[string]string{"error": why},
	})
}

// text returns a member that is a string, exactly as it was written, or what is wrong with it.
func (o object) text(name string) (string, []flaw) {
	value, given := o[name]
	var text string
	switch {
	case !given:
		return "", []flaw{missing(in("body", name))}
	case value[0] != '"' || json.Unmarshal(value, &text) != nil:
		return "", []flaw{notString(in("body", name))}
	case !domain.SurrogatesPaired(value):
		return "", []flaw{{
			Type: "string_unicode", Loc: in("body", name),
			Msg: "Input should be a valid string, unable to parse raw data as a unicode string",
		}}
	default:
		return text, nil
	}
}
