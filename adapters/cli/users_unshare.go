package cli

import (
	"context"

	"github.com/spf13/cobra"
)

func unshareUsers(open Open) *cobra.Command {
	return &cobra.Command{
		Use:   "unshare",
		Short: "Make the accounts that are shared with the platform our own",
		Long: "Make the accounts that are shared with the platform (USERS_FROM) our own, under the same ids, so that every session\n" +
			"goes on. Stop the service before, and take USERS_FROM out of its configuration before it is started again.\n\n" +
			"Nothing is changed if an account cannot be ours, such as one of two whose addresses differ in letter case alone. The\n" +
			"platform's table is left as it is: its two indexes whose names begin with DATABASE_SCHEMA can be dropped.",
		Example: "  vidaplus-auth users unshare",
		Args:    Takes(),
		RunE: func(c *cobra.Command, _ []string) error {
			return open(c.Context(), func(ctx context.Context, op Operator) error {
				n, err := op.UnshareUsers.Do(ctx)
				if err != nil {
					return err
				}
				return say(c, "%s of our own now: take USERS_FROM out of the configuration", count(n, "account"))
			})
		},
	}
}
