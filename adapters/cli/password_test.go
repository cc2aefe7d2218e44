package cli_test

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/vidaplus/vidaplus-auth/adapters/cli"
	"github.com/vidaplus/vidaplus-auth/domain"
)

func TestPasswordStdin_TakesTheFirstLineExactly(t *testing.T) {
	long := strings.Repeat("💶", domain.MaxPasswordLength)
	for input, want := range map[string]string{
		"password\n":             "password",
		"password\r\n":           "password",
		"password":               "password",
		"password\r":             "password\r",
		"password\r\r\n":         "password\r",
		" pass\tword \nsecond\n": " pass\tword ",
		"pass\rword\n":           "pass\rword",
		long + "\r\nmore":        long,
	} {
		s := newStage(t)
		a := s.runWith(iotest.OneByteReader(strings.NewReader(input)), "users", "add", "bo@example.com", "--password-stdin")
		if a.exit != 0 {
			t.Errorf("the input %.20q is refused: %s", input, a.line)
			continue
		}
		if got := s.find("bo@example.com").PasswordHash.Reveal(); got != "hash of "+want {
			t.Errorf("the input %.20q gives the password %.40q, want %.20q", input, got, want)
		}
	}
}

func TestPasswordStdin_RefusesWhatIsNoPassword(t *testing.T) {
	for input, says := range map[string]string{
		"":                                 "standard input is empty",
		"\n":                               "must have 8 to 256 characters",
		"seven77\n":                        "must have 8 to 256 characters",
		"not \xff UTF-8\n":                 "be valid UTF-8",
		strings.Repeat("💶", 257) + "\n":    "must have 8 to 256 characters",
		strings.Repeat("💶", 256) + "a\r\n": "must have 8 to 256 characters",
		commonPassword + "\n":              "the password is one of the commonest, must be a less common one",
		"Bo@Example.com\n":                 "the password is the e-mail address, must be something else",
	} {
		s := newStage(t)
		s.refusedWith(strings.NewReader(input), 2, says, "users", "add", "bo@example.com", "--password-stdin")
		s.refusedWith(strings.NewReader(input), 2, says, "users", "set-password", "bo@example.com", "--password-stdin")
		if s.opened != 0 {
			t.Errorf("the input %.20q opens the store", input)
		}
	}
}

func TestPasswordStdin_ReadsABoundedLine(t *testing.T) {
	endless := &counting{}
	newStage(t).refusedWith(endless, 2, "must have 8 to 256 characters", "users", "add", "bo@example.com", "--password-stdin")
	if endless.read > 64*1024 {
		t.Errorf("%d bytes of an endless line are read", endless.read)
	}
}

func TestPasswordStdin_SaysWhatFailed(t *testing.T) {
	broken := iotest.ErrReader(errors.New("the pipe broke"))
	newStage(t).refusedWith(broken, 1, "read the password from standard input: the pipe broke",
		"users", "add", "bo@example.com", "--password-stdin")
}

func TestPasswordStdin_DoesNotOutwaitAnInterrupt(t *testing.T) {
	silent, writer := io.Pipe()
	defer func() { _ = writer.Close() }()
	ctx, interrupt := context.WithCancel(t.Context())
	root := newStage(t).root()
	root.SetIn(readSignal{silent, interrupt})
	root.SetArgs([]string{"users", "add", "bo@example.com", "--password-stdin"})
	if line, exit := cli.Explain(root.ExecuteContext(ctx)); exit != 1 || !strings.HasPrefix(line, "interrupted") {
		t.Errorf("an interrupted read ends with %d and %q, want 1", exit, line)
	}
}

func TestTerminal_IsAskedTwice(t *testing.T) {
	s := newStage(t)
	s.typed = []string{goodPassword, goodPassword}
	s.must("users", "add", "bo@example.com")
	if want := []string{"New password: ", "The same again: "}; !slices.Equal(s.asked, want) {
		t.Errorf("the terminal is asked %q, want %q", s.asked, want)
	}
	if got := s.find("bo@example.com").PasswordHash.Reveal(); got != "hash of "+goodPassword {
		t.Errorf("the hash is %q", got)
	}
}

func TestTerminal_RefusesTwoDifferentPasswords(t *testing.T) {
	s := newStage(t)
	s.typed = []string{goodPassword, goodPassword + "!"}
	s.refused(2, "the two passwords differ", "users", "add", "bo@example.com")
	if s.opened != 0 {
		t.Error("two different passwords open the store")
	}
}

func TestTerminal_IsNotAskedAgainForAPasswordThatBreaksTheRules(t *testing.T) {
	for typed, says := range map[string]string{
		"seven77":        "must have 8 to 256 characters",
		commonPassword:   "the password is one of the commonest",
		"BO@example.com": "the password is the e-mail address",
	} {
		for _, word := range []string{"add", "set-password"} {
			s := newStage(t)
			s.typed = []string{typed}
			s.refused(2, says, "users", word, "bo@example.com")
			if s.opened != 0 {
				t.Errorf("the password %q opens the store", typed)
			}
		}
	}
}

func TestTerminal_IsWantedUnlessPasswordStdinIsSaid(t *testing.T) {
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = null.Close() }()
	for _, in := range []io.Reader{strings.NewReader(goodPassword), null} {
		root := cli.Users(newStage(t).open, rules)
		root.SetIn(in)
		root.SetArgs([]string{"add", "bo@example.com"})
		line, exit := cli.Explain(root.ExecuteContext(t.Context()))
		if exit != 2 || !strings.Contains(line, "no terminal") || !strings.Contains(line, "use --password-stdin") {
			t.Errorf("without a terminal adding a user ends with %d and %q", exit, line)
		}
	}
}

// counting never ends a line.
type counting struct{ read int }

func (c *counting) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	c.read += len(p)
	return len(p), nil
}

// readSignal calls began at each read, before it waits.
type readSignal struct {
	io.Reader
	began func()
}

func (r readSignal) Read(p []byte) (int, error) {
	r.began()
	return r.Reader.Read(p)
}
