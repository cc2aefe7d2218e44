package cli

import (
	"github.com/spf13/cobra"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// UsersAsking is Users with another terminal.
func UsersAsking(open Open, ask func(*cobra.Command, string) (domain.Secret, error), rules domain.PasswordRules) *cobra.Command {
	return users(open, ask, rules)
}
