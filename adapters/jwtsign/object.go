package jwtsign

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// object is a JSON object that every reader understands alike.
type object struct {
	members map[string]json.RawMessage
	// wrong is set once a member was asked for that is there but not as it should be.
	wrong bool
}

// readObject takes text apart. It refuses everything but exactly one object, text that is not Unicode, a name given
// twice (RFC 7515 §4, RFC 7519 §4), and a name that is one of known in another letter case, which encoding/json and
// others take for the same.
func readObject(text []byte, known []string) (*object, bool) {
	o := &object{}
	if json.Unmarshal(text, &o.members) != nil || !utf8.Valid(text) || !domain.SurrogatesPaired(text) {
		return nil, false
	}
	// Of equal names the map keeps the last, so that it holds fewer than were written. It is nil for null.
	if o.members == nil || len(o.members) != countMembers(text) {
		return nil, false
	}
	for name := range o.members {
		if slices.ContainsFunc(known, func(k string) bool { return k != name && strings.EqualFold(k, name) }) {
			return nil, false
		}
	}
	return o, true
}

// countMembers counts the members of the outermost object of a valid JSON text, which are its colons at depth one.
func countMembers(text []byte) int {
	members, depth, quoted := 0, 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		case c == ':' && depth == 1:
			members++
		}
	}
	return members
}

func (o *object) has(name string) bool {
	_, ok := o.members[name]
	return ok
}

func (o *object) isText(name string) bool { return o.has(name) && o.members[name][0] == '"' }

// text returns a string member, and "" if there is none. An empty string is wrong: it could be taken for none.
func (o *object) text(name string) string {
	if !o.has(name) {
		return ""
	}
	var text string
	// null is no error to encoding/json, but leaves the text empty.
	if json.Unmarshal(o.members[name], &text) != nil || text == "" {
		o.wrong = true
	}
	return text
}

// texts returns a member that is a string or a list of strings, as a list. An empty list is wrong: it names nobody.
func (o *object) texts(name string) []string {
	switch {
	case !o.has(name):
		return nil
	case o.isText(name):
		return []string{o.text(name)}
	}
	var list []string
	if json.Unmarshal(o.members[name], &list) != nil || len(list) == 0 {
		o.wrong = true
	}
	return list
}
