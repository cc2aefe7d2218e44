package cli_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/vidaplus/vidaplus-auth/adapters/cli"
)

// console is a real terminal: the program has one end, and whoever sits at it the other.
type console struct {
	t              *testing.T
	person, device *os.File
	// said is what the program writes to standard error.
	said   *io.PipeReader
	stderr *io.PipeWriter
}

func newConsole(t *testing.T) *console {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatalf("make a terminal: %v", err)
	}
	t.Cleanup(func() { _ = person.Close() })
	fd := int(person.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatalf("unlock the terminal: %v", err)
	}
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatalf("name the terminal: %v", err)
	}
	device, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatalf("open the terminal: %v", err)
	}
	t.Cleanup(func() { _ = device.Close() })
	said, stderr := io.Pipe()
	return &console{t: t, person: person, device: device, said: said, stderr: stderr}
}

// start runs the program on the console and returns how it will have ended.
func (c *console) start(ctx context.Context, s *stage, args ...string) <-chan answer {
	root := cli.Users(s.open, rules)
	root.SetIn(c.device)
	root.SetOut(io.Discard)
	root.SetErr(c.stderr)
	root.SetArgs(args)
	ended := make(chan answer, 1)
	go func() {
		line, exit := cli.Explain(root.ExecuteContext(ctx))
		ended <- answer{line: line, exit: exit}
	}()
	return ended
}

// expect reads what the program says.
func (c *console) expect(text string) {
	c.t.Helper()
	got := make([]byte, len(text))
	if _, err := io.ReadFull(c.said, got); err != nil || string(got) != text {
		c.t.Fatalf("the program says %q (%v), want %q", got, err, text)
	}
}

// typing types a line as soon as the terminal shows no more what is typed.
func (c *console) typing(line string) {
	c.t.Helper()
	c.awaitEcho(false)
	if _, err := io.WriteString(c.person, line); err != nil {
		c.t.Fatal(err)
	}
}

// awaitEcho returns once the terminal's echo is as wanted. If it never is, the test's deadline ends it.
func (c *console) awaitEcho(on bool) {
	c.t.Helper()
	for (c.state().Lflag&unix.ECHO != 0) != on {
		runtime.Gosched()
	}
}

func (c *console) state() *unix.Termios {
	c.t.Helper()
	state, err := unix.IoctlGetTermios(int(c.device.Fd()), unix.TCGETS)
	if err != nil {
		c.t.Fatalf("look at the terminal: %v", err)
	}
	return state
}

// endRead ends a read that was given up.
func (c *console) endRead() {
	c.t.Helper()
	if _, err := io.WriteString(c.person, "\n"); err != nil {
		c.t.Fatal(err)
	}
}

// shown returns what the person has seen of the typing.
func (c *console) shown() string {
	c.t.Helper()
	if _, err := io.WriteString(c.device, "#"); err != nil {
		c.t.Fatal(err)
	}
	var text strings.Builder
	for !strings.HasSuffix(text.String(), "#") {
		var one [1]byte
		if _, err := c.person.Read(one[:]); err != nil {
			c.t.Fatal(err)
		}
		text.Write(one[:])
	}
	return text.String()
}

func TestTerminal_TakesAPasswordWithoutEcho(t *testing.T) {
	c, s := newConsole(t), newStage(t)
	ended := c.start(t.Context(), s, "add", "bo@example.com")
	c.expect("New password: ")
	c.typing(goodPassword + "\n")
	c.expect("\nThe same again: ")
	c.typing(goodPassword + "\n")
	c.expect("\n")
	if a := <-ended; a.exit != 0 {
		t.Fatalf("adding a user ended with %q", a.line)
	}
	if got := s.find("bo@example.com").PasswordHash.Reveal(); got != "hash of "+goodPassword {
		t.Errorf("the hash is %q", got)
	}
	if got := c.shown(); strings.ContainsAny(got, goodPassword) {
		t.Errorf("the terminal shows %q", got)
	}
	c.awaitEcho(true)
}

func TestTerminal_ShowsTypingAgainAfterAnInterrupt(t *testing.T) {
	for name, interrupt := range map[string]func(cancel func()) error{
		"end of the context": func(cancel func()) error { cancel(); return nil },
		"SIGINT":             func(func()) error { return unix.Kill(os.Getpid(), unix.SIGINT) },
		"SIGTERM":            func(func()) error { return unix.Kill(os.Getpid(), unix.SIGTERM) },
	} {
		t.Run(name, func(t *testing.T) {
			c := newConsole(t)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			ended := c.start(ctx, newStage(t), "set-password", "bo@example.com")
			c.expect("New password: ")
			c.awaitEcho(false)
			if err := interrupt(cancel); err != nil {
				t.Fatal(err)
			}
			c.expect("\n")
			if a := <-ended; a.exit != 1 || !strings.HasPrefix(a.line, "interrupted") {
				t.Errorf("an interrupt gives %d and %q, want 1", a.exit, a.line)
			}
			c.awaitEcho(true)
			c.endRead()
		})
	}
}

func TestTerminal_ObeysTheKeysThatEndALine(t *testing.T) {
	for name, k := range map[string]struct {
		typed string
		exit  int
		says  string
	}{
		"Ctrl-D":                  {"\x04", 2, "standard input is empty"},
		"Ctrl-D after a deletion": {"x\x7f\x04", 2, "standard input is empty"},
		"Ctrl-C":                  {"secret\x03", 1, "interrupted"},
		"Ctrl-D after a line":     {"seven77\x04", 2, "must have 8 to 256 characters"},
		"nothing":                 {"\r", 2, "must have 8 to 256 characters"},
		"an endless line":         {strings.Repeat("x", 2000) + "\r", 2, "must have 8 to 256 characters"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newConsole(t)
			ended := c.start(t.Context(), newStage(t), "add", "bo@example.com")
			c.expect("New password: ")
			c.typing(k.typed)
			c.expect("\n")
			if a := <-ended; a.exit != k.exit || !strings.Contains(a.line, k.says) {
				t.Errorf("it ends with %d and %q, want %d and %q", a.exit, a.line, k.exit, k.says)
			}
			c.awaitEcho(true)
		})
	}
}

func TestTerminal_ObeysTheKeysThatChangeALine(t *testing.T) {
	c, s := newConsole(t), newStage(t)
	ended := c.start(t.Context(), s, "add", "bo@example.com")
	c.expect("New password: ")
	// Both lines at once, as a program types them.
	c.typing("wrong\x15" + goodPassword + "é€x\x7f\b\x7f\r" + goodPassword + "\n")
	c.expect("\nThe same again: \n")
	if a := <-ended; a.exit != 0 {
		t.Fatalf("adding a user ended with %q", a.line)
	}
	if got := s.find("bo@example.com").PasswordHash.Reveal(); got != "hash of "+goodPassword {
		t.Errorf("the hash is %q", got)
	}
}
