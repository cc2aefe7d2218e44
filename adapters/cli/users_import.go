package cli

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/configs"
	"github.com/vidaplus/vidaplus-auth/domain"
)

// importing is what the flags of "users import" say.
type importing struct {
	from    string
	options application.ImportOptions
}

func importUsers(open Open) *cobra.Command {
	var i importing
	c := &cobra.Command{
		Use:   "import --from DSN [--dry-run] [--disable-missing]",
		Short: "Copy the users of an original VidaPlus database",
		Long: "Copy the users of an original VidaPlus database, with their password hashes, keyed by the original's ids. It can be\n" +
			"stopped and run again: what has not changed there since is not touched, so that nothing done here is undone.\n\n" +
			"DSN is a URL as DATABASE_URL takes it, SQLAlchemy's forms included. Every user of the machine can read it while the\n" +
			"command runs: leave the password out of it and put it into PGPASSWORD or ~/.pgpass.\n\n" +
			"Rows that cannot be taken are listed with the reason, and keep no other row from being taken.",
		Example: "  vidaplus-auth users import --from postgres://vidaplus@db/vidaplus --dry-run\n" +
			"  vidaplus-auth users import --from sqlite:///database.db",
		Args: Takes(),
		RunE: func(c *cobra.Command, _ []string) error { return i.run(c, open) },
	}
	c.Flags().StringVar(&i.from, "from", "", "the URL of the original's database")
	c.Flags().BoolVar(&i.options.DryRun, "dry-run", false, "change nothing, and say what would be done")
	c.Flags().BoolVar(&i.options.DisableMissing, "disable-missing", false, "disable imported users whom the original has no more")
	return c
}

func (i *importing) run(c *cobra.Command, open Open) error {
	from, err := configs.ParseDatabase(i.from)
	if err == nil && from.Engine == configs.MySQL {
		err = errors.New("must begin with sqlite: or postgres://, since no original VidaPlus is on MySQL")
	}
	if err != nil {
		return Usagef("--from cannot be used, %s", err)
	}
	i.options.Note = func(id, email string, why error) {
		_ = say(c, "%s %s: %s", printable(id), quoted(email), reason(why))
	}
	i.options.Progress = progress(c)
	return open(c.Context(), func(ctx context.Context, op Operator) error {
		report, err := op.ImportUsers(ctx, from, i.options)
		if err == nil || report != (application.ImportReport{}) {
			if said := i.summary(c, report); err == nil {
				err = said
			}
		}
		return err
	})
}

// reason says in a few words why a row was not simply taken.
func reason(why error) string {
	switch {
	case errors.Is(why, domain.ErrHashUnusable):
		return "taken without a password, since the hash cannot be used: give the user one with set-password"
	case errors.Is(why, domain.ErrEmailTaken):
		return "skipped, another user has this address in this or another letter case"
	case errors.Is(why, domain.ErrEmailInvalid):
		return "skipped, the address cannot be used"
	case errors.Is(why, domain.ErrNameInvalid):
		return "skipped, the name cannot be used"
	case errors.Is(why, domain.ErrUserUnknown):
		return "skipped, the user was removed here"
	default:
		return "skipped, a value is missing or not of its type"
	}
}

func (i *importing) summary(c *cobra.Command, r application.ImportReport) error {
	before := ""
	if i.options.DryRun {
		before = "would be: "
	}
	return say(c, "%s%d added, %d updated, %d unchanged, %d skipped, %d without a password, %d disabled, %d removed, %s ended",
		before, r.Added, r.Updated, r.Unchanged, r.Skipped, r.WithoutPassword, r.Disabled, r.Removed, count(r.SessionsEnded, "session"))
}

// progress writes on a terminal only: a log is not for lines that overwrite each other.
func progress(c *cobra.Command) func(done, total int) {
	file, ok := c.ErrOrStderr().(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return func(int, int) {}
	}
	return func(done, total int) {
		end := ""
		if done >= total {
			end = "\n"
		}
		_, _ = fmt.Fprintf(file, "\r%d of %d%s", done, total, end)
	}
}
