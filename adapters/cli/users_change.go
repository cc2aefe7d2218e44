package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/domain"
)

func disableUser(open Open) *cobra.Command {
	return &cobra.Command{
		Use:     "disable EMAIL",
		Short:   "Disable a user and end every session of the user",
		Long:    "Disable a user, who can no longer log in, and end every session of the user at once.",
		Example: "  vidaplus-auth users disable maria@example.com",
		Args:    Takes("EMAIL"),
		RunE: func(c *cobra.Command, args []string) error {
			ended, err := change(c, open, args[0], application.UserEdit{Enabled: new(false)})
			if err != nil {
				return err
			}
			return say(c, "disabled %s, %s ended", printable(args[0]), count(ended, "session"))
		},
	}
}

func enableUser(open Open) *cobra.Command {
	return &cobra.Command{
		Use:     "enable EMAIL",
		Short:   "Enable a disabled user",
		Long:    "Enable a disabled user, who can log in again. The sessions that the disabling ended stay ended.",
		Example: "  vidaplus-auth users enable maria@example.com",
		Args:    Takes("EMAIL"),
		RunE: func(c *cobra.Command, args []string) error {
			if _, err := change(c, open, args[0], application.UserEdit{Enabled: new(true)}); err != nil {
				return err
			}
			return say(c, "enabled %s", printable(args[0]))
		},
	}
}

func unlockUser(open Open) *cobra.Command {
	return &cobra.Command{
		Use:   "unlock EMAIL",
		Short: "Let a user log in on whose account too many wrong passwords were tried",
		Long: "Forget the wrong passwords that were tried on a user's account, on every replica at once, so that it is not limited\n" +
			"any more. It is limited again if somebody goes on. The limit of a network address stays.",
		Example: "  vidaplus-auth users unlock maria@example.com",
		Args:    Takes("EMAIL"),
		RunE: func(c *cobra.Command, args []string) error {
			return open(c.Context(), func(ctx context.Context, op Operator) error {
				if err := op.UnlockUser.Do(ctx, args[0]); err != nil {
					return about{args[0], err}
				}
				return say(c, "unlocked %s", printable(args[0]))
			})
		},
	}
}

func setPassword(open Open, ask asker, rules domain.PasswordRules) *cobra.Command {
	reader := passwords{ask: ask, rules: rules}
	c := &cobra.Command{
		Use:   "set-password EMAIL [--password-stdin]",
		Short: "Give a user a new password and end every session of the user",
		Long:  "Give a user a new password and end every session of the user at once.\n\n" + passwordRules,
		Example: "  vidaplus-auth users set-password maria@example.com\n" +
			"  vidaplus-auth users set-password maria@example.com --password-stdin < password.txt",
		Args: Takes("EMAIL"),
		RunE: func(c *cobra.Command, args []string) error {
			password, err := reader.read(c, args[0])
			if err != nil {
				return err
			}
			ended, err := change(c, open, args[0], application.UserEdit{Password: &password})
			if err != nil {
				return err
			}
			return say(c, "changed the password of %s, %s ended", printable(args[0]), count(ended, "session"))
		},
	}
	reader.flag(c)
	return c
}

func setEmail(open Open) *cobra.Command {
	return &cobra.Command{
		Use:     "set-email OLD NEW",
		Short:   "Give a user a new e-mail address",
		Long:    "Give a user a new e-mail address. The user's sessions go on.",
		Example: "  vidaplus-auth users set-email maria@example.com maria.silva@example.com",
		Args:    Takes("OLD", "NEW"),
		RunE: func(c *cobra.Command, args []string) error {
			before, after := args[0], args[1]
			if err := domain.CheckEmail(after); err != nil {
				return about{after, err}
			}
			_, err := change(c, open, before, application.UserEdit{Email: &after})
			switch {
			case errors.Is(err, domain.ErrEmailTaken):
				return about{after, err}
			case err != nil:
				return err
			}
			return say(c, "changed the address of %s to %s", printable(before), printable(after))
		},
	}
}

func removeUser(open Open) *cobra.Command {
	return &cobra.Command{
		Use:     "remove EMAIL",
		Short:   "Remove a user and end every session of the user",
		Long:    "Remove a user for good and end every session of the user at once.",
		Example: "  vidaplus-auth users remove maria@example.com",
		Args:    Takes("EMAIL"),
		RunE: func(c *cobra.Command, args []string) error {
			return open(c.Context(), func(ctx context.Context, op Operator) error {
				ended, err := op.RemoveUser.Do(ctx, args[0])
				if err != nil {
					return about{args[0], err}
				}
				return say(c, "removed %s, %s ended", printable(args[0]), count(ended, "session"))
			})
		},
	}
}

// change makes the edit of the user whom email names and returns how many sessions that ended.
func change(c *cobra.Command, open Open, email string, edit application.UserEdit) (ended int, err error) {
	err = open(c.Context(), func(ctx context.Context, op Operator) error {
		var err error
		if ended, err = op.ChangeUser.Do(ctx, email, edit); err != nil {
			return about{email, err}
		}
		return nil
	})
	return ended, err
}
