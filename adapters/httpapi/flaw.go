package httpapi

// flaw is one thing that is wrong with a request, in the original's shape.
type flaw struct {
	Type string `json:"type"`
	// Loc is where it is: body or query, then a name or a place.
	Loc []any  `json:"loc"`
	Msg string `json:"msg"`
	// Input is what was given, nil where that might be a secret.
	Input any `json:"input"`
	// Ctx is what the message was made of.
	Ctx any `json:"ctx,omitempty"`
}

// invalid is a request that says what no use case can be asked. It is answered with all of its flaws.
type invalid struct {
	// what is one of errFormInvalid, errQueryInvalid and errJSONInvalid.
	what  error
	flaws []flaw
}

func (i invalid) Error() string { return i.what.Error() }

// found returns an invalid, or nil if there is no flaw.
func found(what error, flaws ...flaw) error {
	if len(flaws) == 0 {
		return nil
	}
	return invalid{what: what, flaws: flaws}
}

// details returns the body that lists flaws.
func details(flaws ...flaw) []byte {
	return encode(struct {
		Detail []flaw `json:"detail"`
	}{flaws})
}

func in(place ...any) []any { return place }

func missing(loc []any) flaw { return flaw{Type: "missing", Loc: loc, Msg: "Field required"} }

func notString(loc []any) flaw {
	return flaw{Type: "string_type", Loc: loc, Msg: "Input should be a valid string"}
}

// maxEcho is the length of the longest input that is repeated, in bytes: nothing that could be right is longer.
const maxEcho = 255

// echoed returns a flaw's Input that repeats what was given.
func echoed(input string) any {
	if len(input) > maxEcho {
		return nil
	}
	return jsonText(input)
}
