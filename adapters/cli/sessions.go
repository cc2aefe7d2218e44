package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// Sessions returns the command "sessions", which looks after sessions.
func Sessions(open Open) *cobra.Command {
	c := &cobra.Command{
		Use:     "sessions WORD",
		Short:   "Look after sessions",
		Long:    "Look after sessions. A session begins at a login and lives until it is revoked or expires.",
		Example: "  vidaplus-auth sessions list maria@example.com",
	}
	return group(c, listSessions(open), revokeSessions(open), pruneSessions(open))
}

// sessionJSON is a session as the API shows it too. No token of it has a place here.
type sessionJSON struct {
	ID          string `json:"id"`
	CreatedAt   string `json:"created_at"`
	RefreshedAt string `json:"refreshed_at"`
	ExpiresAt   string `json:"expires_at"`
	EndsAt      string `json:"ends_at"`
	UserAgent   string `json:"user_agent"`
	IP          string `json:"ip"`
}

func sessionObject(s domain.Session) sessionJSON {
	return sessionJSON{
		ID: s.ID, CreatedAt: instant(s.CreatedAt), RefreshedAt: instant(s.Current.IssuedAt),
		ExpiresAt: instant(s.Current.ExpiresAt), EndsAt: instant(s.EndsAt),
		UserAgent: s.Client.UserAgent, IP: s.Client.Address,
	}
}

func listSessions(open Open) *cobra.Command {
	c := &cobra.Command{
		Use:   "list EMAIL [--json]",
		Short: "List where a user is logged in",
		Long: "List the live sessions of a user, newest first. A session expires unless it is refreshed, and ends at the\n" +
			"latest when the column ENDS says.",
		Example: "  vidaplus-auth sessions list maria@example.com",
		Args:    Takes("EMAIL"),
	}
	asJSON := jsonFlag(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		return open(c.Context(), func(ctx context.Context, op Operator) error {
			sessions, err := op.ListSessions.Do(ctx, args[0])
			switch {
			case err != nil:
				return about{args[0], err}
			case *asJSON:
				return writeSessions(c, sessions)
			default:
				return printSessions(c, sessions)
			}
		})
	}
	return c
}

func writeSessions(c *cobra.Command, sessions []domain.Session) error {
	list := array{out: c.OutOrStdout()}
	for _, s := range sessions {
		if err := list.add(sessionObject(s)); err != nil {
			return err
		}
	}
	return list.end()
}

func printSessions(c *cobra.Command, sessions []domain.Session) error {
	list := newTable(c.OutOrStdout())
	list.row("ID", "CREATED", "REFRESHED", "EXPIRES", "ENDS", "IP", "USER AGENT")
	for _, session := range sessions {
		s := sessionObject(session)
		list.row(s.ID, s.CreatedAt, s.RefreshedAt, s.ExpiresAt, s.EndsAt, s.IP, s.UserAgent)
	}
	return list.end()
}

func pruneSessions(open Open) *cobra.Command {
	return &cobra.Command{
		Use:     "prune",
		Short:   "Delete sessions that no token can belong to any more",
		Long:    "Delete the sessions whose every token has expired. Live sessions are not touched.",
		Example: "  vidaplus-auth sessions prune",
		Args:    Takes(),
		RunE: func(c *cobra.Command, _ []string) error {
			return open(c.Context(), func(ctx context.Context, op Operator) error {
				deleted, err := op.PruneSessions.Do(ctx)
				if err != nil {
					return err
				}
				return say(c, "deleted %s", count(deleted, "session"))
			})
		},
	}
}
