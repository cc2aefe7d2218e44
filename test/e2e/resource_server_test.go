package e2e

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/program"
)

// shellBlock is what a page tells its reader to paste.
var shellBlock = regexp.MustCompile("(?s)```sh\n(.*?)```")

// The page's blocks, as they are but for the ports and the program, which is built already.
func TestDocumentation_ThePageForResourceServersWorksWhenPasted(t *testing.T) {
	t.Parallel()
	dir, api, records := t.TempDir(), program.FreeAddress(t), program.FreeAddress(t)
	page, err := os.ReadFile("../../docs/resource-server.md")
	if err != nil {
		t.Fatal(err)
	}
	here := strings.NewReplacer("127.0.0.1:8000", api, "127.0.0.1:8001", records, "go run ./cmd/vidaplus-auth", binary).Replace
	blocks := shellBlock.FindAllStringSubmatch(here(string(page)), -1)
	if len(blocks) != 6 {
		t.Fatalf("the page has %d blocks to paste, want 6", len(blocks))
	}
	terminal := func(block string) *exec.Cmd {
		c := exec.CommandContext(t.Context(), "bash", "-c", "set -e\n"+block)
		c.Dir = dir
		c.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "HTTP_ADDR=" + api, "PASSWORD_HASH=m=256,t=1,p=1"}
		return c
	}
	runsBeside(t, terminal(strings.Replace(blocks[0][1], "\n"+binary+"\n", "\nexec "+binary+"\n", 1)), api)
	runsBeside(t, exec.CommandContext(t.Context(), exampleServer(t), "-issuer=http://"+api, "-address="+records), records)
	var other strings.Builder
	for _, i := range []int{1, 3, 4, 5} {
		other.WriteString(blocks[i][1] + "echo; echo ----\n")
	}
	out, err := terminal(other.String()).Output()
	if err != nil {
		t.Fatalf("the blocks ended with %v and printed %s", err, out)
	}
	saysInTurn(t, strings.Split(string(out), "----\n"), []string{
		`^\{"keys":\[\{.*"kid":"[A-Za-z0-9_-]{43}".*\}\]\}\n$`,
		`^welcome, maria@example\.com \(user [0-9a-f-]{36}\)\nlog in again\n\n$`,
		`^\{"active":true,"sub":"maria@example\.com",.*"aud":"hospital","token_type":"bearer"\}\n$`,
		`^\{"active":false\}\n$`,
	})
}

func saysInTurn(t *testing.T, got, want []string) {
	t.Helper()
	for i, form := range want {
		if !regexp.MustCompile(form).MatchString(got[i]) {
			t.Errorf("a block printed %q, want %s", got[i], form)
		}
	}
}

// exampleServer builds the example of the page.
func exampleServer(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "resource-server")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "../../docs/resource-server").CombinedOutput()
	if err != nil {
		t.Fatalf("the example cannot be built: %v\n%s", err, out)
	}
	return program
}

// runsBeside runs a server until the test ends, and waits until it listens.
func runsBeside(t *testing.T, c *exec.Cmd, address string) {
	t.Helper()
	printed := &program.Output{}
	c.Stdout, c.Stderr = printed, printed
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
		if t.Failed() {
			t.Logf("it printed:\n%s", printed)
		}
	})
	program.Within(t, 30*time.Second, "it listens at "+address, func() bool {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	})
}
