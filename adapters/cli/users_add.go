package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/vidaplus/vidaplus-auth/domain"
)

const passwordRules = "The terminal is asked twice for the password, without echo. With --password-stdin the first line of\n" +
	"standard input is the password instead, exactly as it is, less its end.\n\n" +
	"A password has 8 to 256 characters, and is neither the e-mail address nor among the commonest passwords."

// newUser is what the flags say of the user to add.
type newUser struct {
	name  string
	admin bool
	passwords
}

func addUser(open Open, ask asker, rules domain.PasswordRules) *cobra.Command {
	user := newUser{passwords: passwords{ask: ask, rules: rules}}
	c := &cobra.Command{
		Use:   "add EMAIL [--name N] [--admin] [--password-stdin]",
		Short: "Add a user",
		Long:  "Add a user, who may log in at once.\n\n" + passwordRules,
		Example: "  vidaplus-auth users add maria@example.com --name 'Maria Silva' --admin\n" +
			"  vidaplus-auth users add maria@example.com --password-stdin < password.txt",
		Args: Takes("EMAIL"),
		RunE: func(c *cobra.Command, args []string) error { return user.add(c, open, args[0]) },
	}
	c.Flags().StringVar(&user.name, "name", "", "the user's name")
	c.Flags().BoolVar(&user.admin, "admin", false, "make the user an administrator")
	user.flag(c)
	return c
}

func (n *newUser) add(c *cobra.Command, open Open, email string) error {
	// Before anybody types a password.
	if err := domain.CheckEmail(email); err != nil {
		return about{email, err}
	}
	if err := domain.CheckName(n.name); err != nil {
		return about{n.name, err}
	}
	password, err := n.read(c, email)
	if err != nil {
		return err
	}
	return open(c.Context(), func(ctx context.Context, op Operator) error {
		user, err := op.AddUser.Do(ctx, email, n.name, n.admin, password)
		if err != nil {
			return about{email, err}
		}
		return say(c, "added %s, id %s", printable(user.Email), printable(user.ID))
	})
}
