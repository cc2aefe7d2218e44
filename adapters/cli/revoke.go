package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/vidaplus/vidaplus-auth/application"
)

// revocation is what the words of "sessions revoke" say.
type revocation struct {
	ids  []string
	user string
	all  bool
}

func revokeSessions(open Open) *cobra.Command {
	var r revocation
	c := &cobra.Command{
		Use:   "revoke ID | --user EMAIL | --all",
		Short: "End sessions",
		Long:  "End one session, every session of a user, or every session there is. Their tokens are dead at once.",
		Example: "  vidaplus-auth sessions revoke 019c9a4e-6e0b-7d3c-8f5a-2b9d1c7e4f60\n" +
			"  vidaplus-auth sessions revoke --user maria@example.com\n" +
			"  vidaplus-auth sessions revoke --all",
		RunE: func(c *cobra.Command, args []string) error {
			r.ids = args
			return r.revoke(c, open)
		},
	}
	c.Flags().StringVar(&r.user, "user", "", "end every session of the user with this e-mail address")
	c.Flags().BoolVar(&r.all, "all", false, "end every session of every user")
	return c
}

func (r revocation) revoke(c *cobra.Command, open Open) error {
	scope, err := r.scope(c)
	if err != nil {
		return err
	}
	return open(c.Context(), func(ctx context.Context, op Operator) error {
		ended, err := op.RevokeSessions.Do(ctx, scope)
		switch {
		case err != nil && r.all:
			return err
		case err != nil:
			return about{scope.SessionID + scope.Email, err}
		case ended == 0 && scope.SessionID != "":
			return say(c, "the session was revoked before")
		default:
			return say(c, "%s ended", count(ended, "session"))
		}
	})
}

// scope refuses empty texts: a script whose variable is not set must not end every session there is.
func (r revocation) scope(c *cobra.Command) (application.Scope, error) {
	byUser, said := c.Flags().Changed("user"), len(r.ids)
	for _, flag := range []bool{byUser, r.all} {
		if flag {
			said++
		}
	}
	switch {
	case said != 1:
		return application.Scope{}, Usagef("%s takes exactly one of ID, --user EMAIL and --all", quoted(c.CommandPath()))
	case byUser && r.user == "":
		return application.Scope{}, Usagef("--user is empty, must be an e-mail address")
	case len(r.ids) == 1 && r.ids[0] == "":
		return application.Scope{}, Usagef("the session's id is empty, must be one that %s shows",
			quoted(c.Parent().CommandPath()+" list EMAIL"))
	case byUser:
		return application.Scope{Email: r.user}, nil
	case r.all:
		return application.Scope{All: true}, nil
	default:
		return application.Scope{SessionID: r.ids[0]}, nil
	}
}
