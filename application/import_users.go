package application

import (
	"context"
	"fmt"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// ImportUsers takes the accounts of an original VidaPlus, as often as it is asked to: only what changed there since is
// taken again, so that nothing that was done here is undone.
type ImportUsers struct {
	intake   ports.UserIntake
	users    ports.UserStore
	register ports.UserRegister
	remove   *RemoveUser
	usable   ports.UsableHash
	clock    ports.Clock
	audit    ports.AuditLog
}

// NewImportUsers returns the use case. It works with the ports of remove, besides those of its own.
func NewImportUsers(intake ports.UserIntake, usable ports.UsableHash, remove *RemoveUser) *ImportUsers {
	return &ImportUsers{
		intake: intake, users: remove.users, register: remove.register, remove: remove, usable: usable,
		clock: remove.clock, audit: remove.audit,
	}
}

// ImportOptions says how to import.
type ImportOptions struct {
	// DryRun changes nothing, and counts what would be.
	DryRun bool
	// DisableMissing disables the accounts that were taken and that the original has no more.
	DisableMissing bool
	// Note is told of each row that was not simply taken: its id, its address, and why.
	Note func(id, email string, why error)
	// Progress is told how many rows of how many have been looked at.
	Progress func(done, total int)
}

// ImportReport counts what became of the original's rows.
type ImportReport struct {
	Added, Updated, Unchanged, Skipped, WithoutPassword, Disabled, Removed, SessionsEnded int
}

// importAtOnce is how many rows are read and stored in one step.
const importAtOnce = 1000

// Do reads all of source. What was stored before an error stays, and is not taken again by the next import.
func (i *ImportUsers) Do(ctx context.Context, source ports.UserSource, o ImportOptions) (ImportReport, error) {
	run := &importRun{
		ImportUsers: i, source: source, options: o,
		moving: map[string]bool{}, applied: map[string]bool{}, planned: map[string]string{},
	}
	rows, err := run.pages(ctx)
	if err == nil && o.DisableMissing {
		err = run.missing(ctx, rows)
	}
	if run.report.Added > 0 && !o.DryRun {
		i.audit.Record(context.WithoutCancel(ctx), domain.Event{Kind: domain.EventUsersImported, At: i.clock(), Count: run.report.Added})
	}
	if err != nil {
		err = fmt.Errorf("import users: %w", err)
	}
	return run.report, err
}

// pages takes all rows and returns how many there are.
func (r *importRun) pages(ctx context.Context) (rows int, err error) {
	total, err := r.source.Count(ctx)
	if err != nil {
		return 0, err
	}
	for after := ""; ; {
		page, err := r.source.Page(ctx, after, importAtOnce)
		if err != nil {
			return rows, err
		}
		if err := r.page(ctx, page); err != nil {
			return rows, err
		}
		rows += len(page)
		r.options.Progress(rows, max(total, rows))
		if len(page) < importAtOnce {
			return rows, nil
		}
		after = page[len(page)-1].ID
	}
}
