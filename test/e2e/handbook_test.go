package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/vidaplus/vidaplus-auth/test/pg"
	"github.com/vidaplus/vidaplus-auth/test/program"
)

// tried finds the blocks for a shell that the handbook says are tried.
var tried = regexp.MustCompile("(?s)\n```sh\n# tried\n(.*?)```")

func TestHandbook_WhatItSaysIsTriedWorksWhenPasted(t *testing.T) {
	t.Parallel()
	for _, program := range [][2]string{{"pg_dump", "postgresql-client"}, {"sqlite3", "sqlite3"}, {"promtool", "prometheus"}, {"haproxy", "haproxy"}} {
		installed(t, program[0], program[1])
	}
	blocks := tried.FindAllStringSubmatch(text(t, "docs", "operations.md"), -1)
	if len(blocks) < 8 {
		t.Fatalf("%d blocks are said to be tried", len(blocks))
	}
	folder, restored := t.TempDir(), pg.Database(t)
	if err := os.Symlink(ofProject(t, "configs"), filepath.Join(folder, "configs")); err != nil {
		t.Fatal(err)
	}
	script := "trap 'kill $(jobs -p); wait' EXIT\n"
	for _, block := range blocks {
		script += "echo; echo '# next'\n" + block[1]
	}
	c := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", script)
	c.Dir = folder
	c.Env = []string{
		"PATH=" + filepath.Dir(binary) + ":" + os.Getenv("PATH") + ":/usr/sbin", "HOME=" + folder,
		"DATABASE_URL=" + pg.Database(t), "RESTORED_URL=" + restored, "PASSWORD_HASH=m=256,t=1,p=1", "LOG_LEVEL=warn",
		"HTTP_ADDR=" + program.FreeAddress(t), "METRICS_ADDR=" + program.FreeAddress(t),
		"NEW_PASSWORD=" + mariasPassword, "OTHER_PASSWORD=another " + mariasPassword,
	}
	printed, err := c.CombinedOutput()
	if err != nil || strings.Count(string(printed), "# next\n") != len(blocks) {
		t.Fatalf("%v after\n%s", err, printed)
	}
	for _, sentence := range []string{`{"status":"ok"}`, `vidaplus_refreshes_total{outcome="reused"} 0`, "maria@example.com", "joao@example.com", "SUCCESS"} {
		if !strings.Contains(string(printed), sentence) {
			t.Errorf("%s was not printed:\n%s", sentence, printed)
		}
	}
	// What was removed in the restored database is not the other one's.
	s := unstarted(t, program.Process{Dir: folder, Env: program.Environment(restored)})
	if users := s.Must("", "users", "list"); strings.Contains(users, "maria") {
		t.Errorf("maria was removed and is listed:\n%s", users)
	}
}

// Links of the handbook and of the pages that go with it lead somewhere.
func TestHandbook_ItsLinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	link := regexp.MustCompile(`\]\(([^)#:]*)(#[^)]*)?\)`)
	for _, page := range []string{"operations.md", "privacy.md", "versioning.md"} {
		for _, to := range link.FindAllStringSubmatch(text(t, "docs", page), -1) {
			target := page
			if to[1] != "" {
				target = to[1]
			}
			path := ofProject(t, "docs", target)
			content, err := os.ReadFile(path)
			if info, found := os.Stat(path); err != nil && (found != nil || !info.IsDir()) {
				t.Errorf("%s leads to %s, which is not there", page, to[1])
			}
			if to[2] != "" && !hasHeading(string(content), to[2][1:]) {
				t.Errorf("%s leads to %s%s, which has no such heading", page, to[1], to[2])
			}
		}
	}
}

func hasHeading(page, anchor string) bool {
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(page, -1) {
		slug := regexp.MustCompile(`[^a-z0-9 -]`).ReplaceAllString(strings.ToLower(heading[1]), "")
		if strings.ReplaceAll(slug, " ", "-") == anchor {
			return true
		}
	}
	return false
}
