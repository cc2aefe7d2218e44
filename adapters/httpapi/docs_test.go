package httpapi

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestDocs_ThePageAndItsFilesAreServedUnderAStrictPolicy(t *testing.T) {
	s := newStage(t, nil)
	for path, want := range map[string]string{
		"/docs":                                  "text/html; charset=utf-8",
		"/docs/":                                 "text/html; charset=utf-8",
		"/docs/page.js":                          "text/javascript; charset=utf-8",
		"/docs/swagger-ui.css?v=1":               "text/css; charset=utf-8",
		"/docs/swagger-ui-bundle.js":             "text/javascript; charset=utf-8",
		"/docs/swagger-ui-bundle.js.LICENSE.txt": "text/plain; charset=utf-8",
	} {
		r := s.send(t, request("GET", path, ""))
		if r.status != http.StatusOK || r.header.Get("Content-Type") != want || r.body == "" || r.header.Get("Content-Encoding") != "" {
			t.Errorf("%s: %d %s, want 200 %s", path, r.status, r.header.Get("Content-Type"), want)
		}
		policy := r.header.Values("Content-Security-Policy")
		if len(policy) != 1 || !strings.HasPrefix(policy[0], "default-src 'none';") || strings.Contains(policy[0], "unsafe") {
			t.Errorf("%s: the policy is %q", path, policy)
		}
	}
}

func TestDocs_OtherFilesAreNotServed(t *testing.T) {
	s := newStage(t, nil)
	for _, path := range []string{
		"/docs/index.html", "/docs/README.md", "/docs/openapi.yaml", "/docs/..%2fopenapi.yaml", "/docs/swagger-ui/LICENSE", "/docs/%00",
	} {
		if r := s.send(t, request("GET", path, "")); r.status != http.StatusNotFound || r.body != `{"detail":"Not Found"}` {
			t.Errorf("%s: %d %s, want 404", path, r.status, r.body)
		}
	}
}

// TestDocs_WhatAClientHasIsNotSentAgain holds for the OpenAPI document too.
func TestDocs_WhatAClientHasIsNotSentAgain(t *testing.T) {
	s := newStage(t, nil)
	for _, path := range []string{"/docs", "/docs/page.js", "/docs/swagger-ui.css", "/openapi.json"} {
		tag := s.send(t, request("GET", path, "")).header.Get("ETag")
		for _, given := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
			r := s.send(t, request("GET", path, "", "If-None-Match: "+given))
			if r.status != http.StatusNotModified || r.body != "" || r.header.Get("ETag") != tag || r.header.Get("Cache-Control") == "" {
				t.Errorf("%s, %s: %d %v, want 304", path, given, r.status, r.header)
			}
		}
		for _, given := range []string{"", `"other"`, strings.Trim(tag, `"`)} {
			if r := s.send(t, request("GET", path, "", "If-None-Match: "+given)); r.status != http.StatusOK {
				t.Errorf("%s, %s: %d, want 200", path, given, r.status)
			}
		}
	}
}

// compressed are the files that the program holds compressed.
var compressed = []string{"/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js"}

func TestDocs_AFileGoesCompressedToWhomeverAcceptsThat(t *testing.T) {
	s := newStage(t, nil)
	for _, path := range compressed {
		plain := s.send(t, request("GET", path, ""))
		for accepted, want := range map[string]string{
			"gzip": "gzip", "gzip, deflate, br, zstd": "gzip", "br, GZIP;q=0.5": "gzip", "gzip; q=1.0": "gzip", "br\r\nAccept-Encoding: gzip": "gzip",
			"": "", "identity": "", "*": "", "gzip;q=0": "", "gzip; q=0.000, br": "", "gzip;q=x": "", "gzipped, not-gzip": "",
		} {
			r := s.send(t, request("GET", path, "", "Accept-Encoding: "+accepted))
			if r.status != http.StatusOK || r.header.Get("Content-Encoding") != want || r.header.Get("Vary") != "Accept-Encoding" {
				t.Errorf("%s for %q: %d in %q, varying by %s, want it in %q", path, accepted, r.status, r.header.Get("Content-Encoding"), r.header.Get("Vary"), want)
			}
			if sent := r.body; want == "gzip" && (len(sent) > len(plain.body)/3 || string(unpacked([]byte(sent))) != plain.body) {
				t.Errorf("%s for %q: %d bytes are sent, want %d in less than a third", path, accepted, len(sent), len(plain.body))
			} else if want == "" && sent != plain.body {
				t.Errorf("%s for %q: the file is another", path, accepted)
			}
		}
	}
	for _, path := range []string{"/docs", "/docs/page.js", "/openapi.json"} {
		if r := s.send(t, request("GET", path, "", "Accept-Encoding: gzip")); r.header.Get("Content-Encoding") != "" {
			t.Errorf("%s is said to be compressed", path)
		}
	}
}

// TestDocs_ACompressedFileIsAnotherOneToACache holds a shared cache from handing the compressed file to whoever cannot
// read it.
func TestDocs_ACompressedFileIsAnotherOneToACache(t *testing.T) {
	s := newStage(t, nil)
	for _, path := range compressed {
		plain := s.send(t, request("GET", path, "")).header.Get("ETag")
		zipped := s.send(t, request("HEAD", path, "", "Accept-Encoding: gzip")).header.Get("ETag")
		for _, c := range []struct {
			accepted, tag string
			status        int
		}{{"", plain, 304}, {"gzip", zipped, 304}, {"gzip", "W/" + zipped, 304}, {"", zipped, 200}, {"gzip", plain, 200}} {
			r := s.send(t, request("GET", path, "", "Accept-Encoding: "+c.accepted, "If-None-Match: "+c.tag))
			if r.status != c.status || r.header.Get("Vary") != "Accept-Encoding" {
				t.Errorf("%s for %q with %s: %d, varying by %q, want %d", path, c.accepted, c.tag, r.status, r.header.Get("Vary"), c.status)
			}
		}
	}
}

var (
	fileOfPage = regexp.MustCompile(`(?:src|href)="/docs/([^"]+)"`)
	release    = regexp.MustCompile(`^# Swagger UI (\d+\.\d+\.\d+)\n`)
)

// TestDocs_WhatIsKeptForeverIsAskedForByItsVersion reads the version where the folder of the files says it.
func TestDocs_WhatIsKeptForeverIsAskedForByItsVersion(t *testing.T) {
	version := release.FindSubmatch(read(t, "docs/swagger-ui/README.md"))
	if version == nil {
		t.Fatal("docs/swagger-ui/README.md does not begin with the version")
	}
	asked := fileOfPage.FindAllSubmatch(docsIndex, -1)
	if len(asked) != 3 {
		t.Fatalf("the page asks for %d files, want 3", len(asked))
	}
	for _, match := range asked {
		name, query, _ := strings.Cut(string(match[1]), "?")
		d, found := docs()[name]
		if !found {
			t.Errorf("the page asks for %s, which is not there", name)
		}
		if want := "v=" + string(version[1]); d.caching == forever && query != want {
			t.Errorf("the page asks for %s, want %s?%s", match[1], name, want)
		}
	}
}

// TestDocs_TheFilesOfOthersAreUntouched unpacks those that are kept compressed.
func TestDocs_TheFilesOfOthersAreUntouched(t *testing.T) {
	const folder = "docs/swagger-ui"
	sums := bufio.NewScanner(bytes.NewReader(read(t, folder+"/SHA256SUMS")))
	compared := map[string]bool{"README.md": true, "SHA256SUMS": true, ".gitattributes": true}
	for sums.Scan() {
		want, name, _ := strings.Cut(sums.Text(), "  ")
		file := filepath.Join(folder, name)
		var text []byte
		if slices.Contains(compressed, "/docs/"+name) {
			compared[name+".gz"] = true
			text = unpacked(read(t, file+".gz"))
		} else {
			compared[name] = true
			text = read(t, file)
		}
		if got := fmt.Sprintf("%x", sha256.Sum256(text)); got != want {
			t.Errorf("%s has the checksum %s, want %s", name, got, want)
		}
	}
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !compared[file.Name()] {
			t.Errorf("%s has no checksum", file.Name())
		}
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
