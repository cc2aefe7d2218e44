package cli

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// group makes c a word that needs another one after it. The words leave the printing of errors to whoever runs them.
func group(c *cobra.Command, words ...*cobra.Command) *cobra.Command {
	c.Args = KnownWord
	c.RunE = func(c *cobra.Command, _ []string) error {
		return Usagef("%s needs one more word: must be %s", quoted(c.CommandPath()), wordsOf(c))
	}
	c.SetFlagErrorFunc(WrongFlag)
	for _, one := range append(words, c) {
		one.SilenceErrors, one.SilenceUsage, one.DisableFlagsInUseLine = true, true, true
	}
	c.AddCommand(words...)
	return c
}

// KnownWord refuses, as a cobra.PositionalArgs of a command that has others below it, any argument: it is a word that
// names none of them.
func KnownWord(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return Usagef("unknown word %s after %s: must be %s", quoted(args[0]), quoted(c.CommandPath()), wordsOf(c))
}

// Takes returns a cobra.PositionalArgs that wants exactly one argument for each name. The error does not repeat the
// arguments: a superfluous one may be a password.
func Takes(names ...string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) == len(names) {
			return nil
		}
		wanted := "no arguments"
		if len(names) > 0 {
			wanted = strings.Join(names, " ")
		}
		return Usagef("%s takes %s, not %s", quoted(c.CommandPath()), wanted, count(len(args), "argument"))
	}
}

// WrongFlag turns what cobra says of a flag that it cannot read into a UsageError. It is an argument for
// cobra.Command.SetFlagErrorFunc. The error does not repeat the flag's value: it may be a password.
func WrongFlag(c *cobra.Command, err error) error {
	if c.HasSubCommands() && c.Flags().NArg() > 0 {
		// The flag belongs to a word that is unknown, which is the first mistake.
		return KnownWord(c, c.Flags().Args())
	}
	if missing, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return Usagef("--%s needs a value", missing.GetFlag().Name)
	}
	if wrong, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		return wrongValue(wrong.GetFlag())
	}
	name := "a flag"
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		name = unknownFlag(unknown)
	}
	return Usagef("%s is unknown to %s, which knows %s (an argument that begins with a dash goes after --)",
		name, quoted(c.CommandPath()), flagsOf(c))
}

func wrongValue(f *pflag.Flag) error {
	if f.NoOptDefVal != "" {
		return Usagef("--%s takes no value", f.Name)
	}
	return Usagef("the value of --%s cannot be read, must be of type %s", f.Name, f.Value.Type())
}

func unknownFlag(unknown *pflag.NotExistError) string {
	if unknown.GetSpecifiedShortnames() != "" {
		return quoted("-" + unknown.GetSpecifiedName())
	}
	return quoted("--" + unknown.GetSpecifiedName())
}

func wordsOf(c *cobra.Command) string {
	var names []string
	for _, one := range c.Commands() {
		if one.IsAvailableCommand() {
			names = append(names, one.Name())
		}
	}
	return choice("or", names)
}

func flagsOf(c *cobra.Command) string {
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, "--"+f.Name)
		}
	})
	return choice("and", names)
}

func choice(conjunction string, names []string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " " + conjunction + " " + names[last]
}
