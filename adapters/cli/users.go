package cli

import (
	"cmp"
	"context"

	"github.com/spf13/cobra"

	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/domain"
)

// Users returns the command "users", which looks after accounts. New passwords have to keep the rules.
func Users(open Open, rules domain.PasswordRules) *cobra.Command {
	return users(open, askTerminal, rules)
}

func users(open Open, ask asker, rules domain.PasswordRules) *cobra.Command {
	c := &cobra.Command{
		Use:   "users WORD",
		Short: "Look after users",
		Long: "Look after users.\n\nAn e-mail address names the user who has exactly it, else the only one whose address\n" +
			"differs in letter case alone.",
		Example: "  vidaplus-auth users list",
	}
	return group(c, addUser(open, ask, rules), listUsers(open), showUser(open), disableUser(open), enableUser(open),
		unlockUser(open), setPassword(open, ask, rules), setEmail(open), removeUser(open), importUsers(open), unshareUsers(open))
}

// userJSON is a user as the API shows it too. The password hash has no place in it.
type userJSON struct {
	ID        string `json:"id"`
	Email     string `json:"email"`
	Name      string `json:"name"`
	Admin     bool   `json:"admin"`
	Enabled   bool   `json:"enabled"`
	CreatedAt string `json:"created_at"`
}

func userObject(u domain.User) userJSON {
	return userJSON{
		ID: u.ID, Email: u.Email, Name: u.Name, Admin: u.Admin, Enabled: u.Enabled, CreatedAt: instant(u.CreatedAt),
	}
}

func listUsers(open Open) *cobra.Command {
	c := &cobra.Command{
		Use:   "list [--json]",
		Short: "List all users",
		Long:  "List all users in the order of their e-mail addresses.",
		Example: "  vidaplus-auth users list\n" +
			"  vidaplus-auth users list --json | jq -r '.[] | select(.admin) | .email'",
		Args: Takes(),
	}
	asJSON := jsonFlag(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		return open(c.Context(), func(ctx context.Context, op Operator) error {
			if *asJSON {
				return streamUsers(ctx, c, op)
			}
			return printUsers(ctx, c, op)
		})
	}
	return c
}

func streamUsers(ctx context.Context, c *cobra.Command, op Operator) error {
	list := array{out: c.OutOrStdout()}
	if err := op.ListUsers.Do(ctx, func(u domain.User) error { return list.add(userObject(u)) }); err != nil {
		return err
	}
	return list.end()
}

func printUsers(ctx context.Context, c *cobra.Command, op Operator) error {
	list := newTable(c.OutOrStdout())
	list.row("EMAIL", "NAME", "ADMIN", "ENABLED", "CREATED", "ID")
	err := op.ListUsers.Do(ctx, func(u domain.User) error {
		list.row(u.Email, u.Name, yesNo(u.Admin), yesNo(u.Enabled), instant(u.CreatedAt), u.ID)
		return nil
	})
	if err != nil {
		return err
	}
	return list.end()
}

func showUser(open Open) *cobra.Command {
	c := &cobra.Command{
		Use:     "show EMAIL [--json]",
		Short:   "Show one user",
		Long:    "Show one user, and until when the account is limited if too many wrong passwords were tried on it.",
		Example: "  vidaplus-auth users show maria@example.com",
		Args:    Takes("EMAIL"),
	}
	asJSON := jsonFlag(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		return open(c.Context(), func(ctx context.Context, op Operator) error {
			user, err := op.ShowUser.Do(ctx, args[0])
			switch {
			case err != nil:
				return about{args[0], err}
			case *asJSON:
				return writeJSON(c.OutOrStdout(), "", shownObject(user), "\n")
			default:
				return printUser(c, user)
			}
		})
	}
	return c
}

// shownUserJSON is a user whom somebody looks at. LimitedUntil is empty while the account is not limited.
type shownUserJSON struct {
	userJSON
	LimitedUntil string `json:"limited_until"`
}

func shownObject(u application.ShownUser) shownUserJSON {
	shown := shownUserJSON{userJSON: userObject(u.User)}
	if !u.LimitedUntil.IsZero() {
		shown.LimitedUntil = instant(u.LimitedUntil)
	}
	return shown
}

func printUser(c *cobra.Command, u application.ShownUser) error {
	card := newTable(c.OutOrStdout())
	card.row("email", u.Email)
	card.row("name", u.Name)
	card.row("admin", yesNo(u.Admin))
	card.row("enabled", yesNo(u.Enabled))
	card.row("limited until", cmp.Or(shownObject(u).LimitedUntil, "-"))
	card.row("created", instant(u.CreatedAt))
	card.row("id", u.ID)
	return card.end()
}

func jsonFlag(c *cobra.Command) *bool {
	return c.Flags().Bool("json", false, "print JSON instead of columns")
}
