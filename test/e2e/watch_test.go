package e2e

import (
	"strings"
)

// watch collects everything that a service and its commands print or answer, and every secret that went in.
type watch struct {
	*service
	heard   strings.Builder
	secrets map[string]string
}

// command runs a command, whatever comes of it.
func (w *watch) command(input string, args ...string) {
	w.T.Helper()
	stdout, stderr, _ := w.Run(input, args...)
	w.heard.WriteString(stdout + stderr)
}

// ask sends a request and keeps what the answer says, less the token in it.
func (w *watch) ask(path, body string, header ...string) (token string) {
	w.T.Helper()
	got := mustSend(w.T, w.URL+path, body, header...)
	if match := grantForm.FindStringSubmatch(got.body); match != nil {
		token = match[1]
		w.keeps("a token", token)
		return token
	}
	w.heard.WriteString(got.body)
	for name, values := range got.header {
		w.heard.WriteString(name + strings.Join(values, " "))
	}
	return ""
}

// keeps says that a text must never be heard, nor a good part of it.
func (w *watch) keeps(what, secret string) {
	for part := range strings.SplitSeq(secret, ".") {
		w.secrets[part] = what
	}
}

func (w *watch) judge() {
	w.T.Helper()
	heard := w.heard.String() + w.Out.String()
	if !strings.Contains(heard, "token_reused") || !strings.Contains(heard, "provided") {
		w.T.Error("the log is not at the level debug, so this story tells nothing")
	}
	for secret, what := range w.secrets {
		for line := range strings.Lines(heard) {
			if strings.Contains(line, secret) {
				w.T.Errorf("%s stands in %s", what, line)
			}
		}
	}
}
