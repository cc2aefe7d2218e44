package httpapi

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the answers under testdata anew")

// exchange is a request whose whole answer stands in a file under testdata.
type exchange struct{ name, request string }

var (
	tokenInBody  = regexp.MustCompile(`"access_token":"[\w-]+\.[\w-]+\.[\w-]+"`)
	tokenInQuery = regexp.MustCompile(`access_token=[\w.-]+`)
	// varying are the parts of an answer that differ from one run to the next, but never in length.
	varying = []struct {
		what *regexp.Regexp
		mask string
	}{
		{regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`), "<uuid>"},
		{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`), "<time>"},
		{regexp.MustCompile(`"(exp|iat)":\d{10}\b`), `"$1":<seconds>`},
		{regexp.MustCompile(`"(\d\.)[\w-]{22}"`), `"$1<random>"`},
	}
)

func masked(text string) string {
	for _, v := range varying {
		text = v.what.ReplaceAllString(text, v.mask)
	}
	return text
}

// compare sends every request and checks that the answers are those of the file.
func compare(t *testing.T, s *stage, file string, all []exchange) {
	t.Helper()
	var got strings.Builder
	for _, e := range all {
		line, _, _ := strings.Cut(e.request, " HTTP/1.1")
		line = masked(tokenInQuery.ReplaceAllString(line, "access_token=<JWT>"))
		fmt.Fprintf(&got, "# %s\n> %s\n%s\n", e.name, line, spell(s.send(t, e.request)))
	}
	path := filepath.Join("testdata", file)
	if *update {
		if err := os.WriteFile(path, []byte(got.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	differ(t, sections(string(want)), sections(got.String()))
}

func spell(r reply) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d\n", r.status)
	for _, name := range slices.Sorted(maps.Keys(r.header)) {
		value := strings.Join(r.header[name], " | ")
		switch name {
		case "Date":
			continue
		case "X-Request-Id":
			value = "<id>"
		case "Content-Length":
			if tokenInBody.MatchString(r.body) {
				value = "<n>"
			}
		}
		fmt.Fprintf(&b, "%s: %s\n", name, value)
	}
	if r.closes {
		b.WriteString("Connection: close\n")
	}
	return b.String() + masked(tokenInBody.ReplaceAllString(r.body, `"access_token":"<JWT>"`)) + "\n"
}

func sections(text string) map[string]string {
	all := map[string]string{}
	for _, section := range strings.Split(text, "# ")[1:] {
		name, answer, _ := strings.Cut(section, "\n")
		all[name] = answer
	}
	return all
}

func differ(t *testing.T, want, got map[string]string) {
	t.Helper()
	for name, answer := range got {
		if want[name] != answer {
			t.Errorf("%s:\n%s\nwant:\n%s", name, answer, want[name])
		}
	}
	for name := range want {
		if _, sent := got[name]; !sent {
			t.Errorf("%s: is in the file and was not sent", name)
		}
	}
}
