package program

import (
	"bytes"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/daemon"
)

// SecretKey signs where a test has to forge tokens. It protects nothing.
const SecretKey = "a key for tests alone, of more than thirty-two bytes"

// Environment is a production-like setting with cheap password hashes.
func Environment(database string, more ...string) []string {
	return append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"),
		"DATABASE_URL=" + database, "MIGRATE_ON_START=true", "SECRET_KEY=" + SecretKey, "PASSWORD_HASH=m=256,t=1,p=1",
	}, more...)
}

// Output collects what a process prints while it runs.
type Output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (o *Output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

// String returns what was printed until now.
func (o *Output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// FreeAddress returns an address of the loopback interface that nobody listens on, nor will by chance.
func FreeAddress(t *testing.T) string {
	t.Helper()
	port, err := daemon.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	return "127.0.0.1:" + strconv.Itoa(port)
}

// Within waits until a condition holds, and returns how long that took.
func Within(t *testing.T, limit time.Duration, what string, holds func() bool) time.Duration {
	t.Helper()
	began := time.Now()
	for ; !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > limit {
			t.Fatalf("not within %v: %s", limit, what)
		}
	}
	return time.Since(began)
}
