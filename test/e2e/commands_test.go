package e2e

import (
	"regexp"
	"strings"
	"testing"

	"github.com/vidaplus/vidaplus-auth/test/program"
)

// operator is somebody at the command line of a service that does not run.
func operator(t *testing.T, database string, env ...string) *service {
	t.Helper()
	return unstarted(t, program.Process{Env: program.Environment(database, env...)})
}

// fails runs a command that has to end with this code, with one line on standard error that has all of the words in it
// and none on standard output.
func (s *service) fails(code int, input string, args []string, words ...string) {
	s.T.Helper()
	stdout, stderr, got := s.Run(input, args...)
	if got != code || stdout != "" || strings.Count(stderr, "\n") != 1 || !strings.HasPrefix(stderr, "vidaplus-auth: ") {
		s.T.Errorf("%q ended with %d and printed\n%s\nand on standard error\n%s\nwant %d and one line there",
			args, got, stdout, stderr, code)
	}
	for _, word := range words {
		if !strings.Contains(stderr, word) {
			s.T.Errorf("%q does not say %q but\n%s", args, word, stderr)
		}
	}
}

func TestCommands_AWrongWordOrValueIsOneLineThatSaysWhatIsRight(t *testing.T) {
	t.Parallel()
	s := operator(t, "sqlite:vidaplus.db")
	for line, right := range map[string]string{
		"bogus":                             "users",
		"help bogus":                        "users",
		"help users bogus":                  "set-password",
		"help serve now":                    "no arguments",
		"serve now":                         "no arguments",
		"migrate now":                       "no arguments",
		"version now":                       "no arguments",
		"config now":                        "no arguments",
		"healthcheck now":                   "no arguments",
		"serve --bogus":                     "--help",
		"users":                             "set-password",
		"users bogus":                       "set-password",
		"users add":                         "EMAIL",
		"users add a@b c@d":                 "EMAIL",
		"users add nobody --password-stdin": "NAME@HOST",
		"users add a@b --admin=perhaps":     "--admin",
		"users add a@b --name":              "--name",
		"users add a@b":                     "--password-stdin",
		"users add a@b --password-stdin":    "password",
		"users list all":                    "no arguments",
		"users list --xml":                  "--json",
		"users show":                        "EMAIL",
		"users disable":                     "EMAIL",
		"users enable":                      "EMAIL",
		"users set-password":                "EMAIL",
		"users set-password a@b --password-stdin": "password",
		"users set-email a@b":                     "OLD NEW",
		"users set-email a@b nobody":              "NAME@HOST",
		"users remove":                            "EMAIL",
		"users import":                            "sqlite:PATH",
		"users import --from nonsense":            "postgres://",
		"users import x":                          "no arguments",
		"sessions":                                "revoke",
		"sessions bogus":                          "revoke",
		"sessions list":                           "EMAIL",
		"sessions revoke":                         "--all",
		"sessions revoke x --all":                 "--all",
		"sessions revoke x y":                     "--all",
		"sessions revoke --user":                  "--user",
		"sessions prune now":                      "no arguments",
		"keys":                                    "generate",
		"keys bogus":                              "generate",
		"keys generate":                           "HS256",
		"keys generate RS1":                       "HS256",
		"keys generate HS256 --if-absent":         "--file",
		"keys generate HS256 --file":              "--file",
	} {
		s.fails(2, "", strings.Fields(line), right)
	}
	s.fails(2, "", []string{"sessions", "revoke", ""}, "empty")
	s.fails(2, "", []string{"sessions", "revoke", "--user", ""}, "empty")
	s.fails(2, "", []string{"users", "add", "a@b\nc", "--password-stdin"}, "NAME@HOST")
	s.fails(2, "short\n", []string{"users", "add", "a@b", "--password-stdin"}, "8 to 256")
	s.fails(2, strings.Repeat("x", 257)+"\n", []string{"users", "add", "a@b", "--password-stdin"}, "8 to 256")
	s.fails(2, "\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8\n", []string{"users", "add", "a@b", "--password-stdin"}, "UTF-8")
	s.fails(2, mariasPassword, []string{"users", "add", "a@b", "--name", "a\x1bb", "--password-stdin"}, "name")
}

func TestCommands_AFailureIsOneLine(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := operator(t, database)
		s.AddUser(maria, mariasPassword)
		s.AddUser(joao, mariasPassword)
		for line, word := range map[string]string{
			"users add maria@example.com --password-stdin":           "another user",
			"users add Maria@Example.com --password-stdin":           "letter case",
			"users set-email joao@example.com maria@example.com":     "another user",
			"users set-email joao@example.com MARIA@example.com":     "another user",
			"users set-email nobody@example.com new@example.com":     "no such user",
			"users show nobody@example.com":                          "no such user",
			"users disable nobody@example.com":                       "no such user",
			"users enable nobody@example.com":                        "no such user",
			"users remove nobody@example.com":                        "no such user",
			"users set-password nobody@example.com --password-stdin": "no such user",
			"sessions list nobody@example.com":                       "no such user",
			"sessions revoke --user nobody@example.com":              "no such user",
			"sessions revoke 01a20534-18ee-7190-a674-0565d3ac35a8":   "no such session",
			"healthcheck": "connect",
		} {
			s.fails(1, mariasPassword+"\n", strings.Fields(line), word)
		}
	})
}

func TestCommands_AStoreThatIsNotThereIsAFailureInOneLine(t *testing.T) {
	t.Parallel()
	databases := map[string]string{
		"postgres://u:hunter2@127.0.0.1:1/db": "connect",
		"mysql://u:hunter2@127.0.0.1:1/db":    "connect",
		"sqlite:nowhere/vidaplus.db":          "no such file",
	}
	for database, word := range databases {
		for _, level := range []string{"info", "error"} {
			s := operator(t, database, "LOG_LEVEL="+level, "HTTP_ADDR=127.0.0.1:0")
			for _, line := range []string{"users list", "sessions prune", "migrate", "serve"} {
				s.fails(1, "", strings.Fields(line), word)
			}
		}
	}
}

func TestCommands_EachTellsHowItIsUsed(t *testing.T) {
	t.Parallel()
	s := operator(t, "nonsense", "HTTP_ADDR=nonsense")
	for _, line := range []string{"help", "help users", "help users add"} {
		if out := s.Must("", strings.Fields(line)...); !strings.Contains(out, "Usage:") {
			t.Errorf("%s says\n%s", line, out)
		}
	}
	for _, line := range []string{
		"", "serve", "migrate", "healthcheck", "config", "version",
		"users", "users add", "users list", "users show", "users disable", "users enable", "users set-password",
		"users set-email", "users remove", "users import", "users unshare",
		"sessions", "sessions list", "sessions revoke", "sessions prune", "keys", "keys generate",
	} {
		stdout, stderr, code := s.Run("", append(strings.Fields(line), "--help")...)
		if code != 0 || stderr != "" || !strings.Contains(stdout, strings.TrimSpace("vidaplus-auth "+line)) {
			t.Errorf("%q --help ended with %d and printed\n%s%s", line, code, stdout, stderr)
		}
	}
}

func TestCommands_VersionNamesProgramCommitAndGo(t *testing.T) {
	t.Parallel()
	s := operator(t, "nonsense")
	out := s.Must("", "version")
	if !regexp.MustCompile(`^vidaplus-auth \S+, commit \S+, go1\.\d+\S*\n$`).MatchString(out) {
		t.Errorf("version says %q", out)
	}
	if flag := s.Must("", "--version"); flag != out {
		t.Errorf("--version says %q, want what version says", flag)
	}
	s.fails(2, "", []string{"users", "--version"}, "unknown")
	s.fails(2, "", []string{"-v"}, "unknown")
}
