package application

import (
	"context"
	"errors"
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
	usable   ports.UsableHash
	clock    ports.Clock
	audit    ports.AuditLog
}

// NewImportUsers returns the use case.
func NewImportUsers(intake ports.UserIntake, users ports.UserStore, register ports.UserRegister, usable ports.UsableHash,
	clock ports.Clock, audit ports.AuditLog,
) *ImportUsers {
	return &ImportUsers{intake: intake, users: users, register: register, usable: usable, clock: clock, audit: audit}
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
	total, err := source.Count(ctx)
	if err != nil {
		return ImportReport{}, fmt.Errorf("import users: %w", err)
	}
	run := &importRun{ImportUsers: i, source: source, options: o, moving: map[string]bool{}, applied: map[string]bool{}, planned: map[string]string{}}
	done := 0
	for after := ""; ; {
		page, err := source.Page(ctx, after, importAtOnce)
		if err != nil {
			return run.report, fmt.Errorf("import users: %w", err)
		}
		if err := run.page(ctx, page); err != nil {
			return run.report, fmt.Errorf("import users: %w", err)
		}
		done += len(page)
		o.Progress(done, max(total, done))
		if len(page) < importAtOnce {
			break
		}
		after = page[len(page)-1].ID
	}
	if o.DisableMissing {
		err = run.missing(ctx, done)
	}
	if run.report.Added > 0 && !o.DryRun {
		i.audit.Record(ctx, domain.Event{Kind: domain.EventUsersImported, At: i.clock(), Count: run.report.Added})
	}
	return run.report, err
}

// importRun is one import under way.
type importRun struct {
	*ImportUsers
	source  ports.UserSource
	options ImportOptions
	report  ImportReport
	// moving holds the accounts that are just being given another address, so that two that exchange theirs are noticed.
	moving map[string]bool
	// applied holds the accounts that were updated before their turn, to make way for another.
	applied map[string]bool
	// planned holds the addresses of accounts that only a dry run has added.
	planned map[string]string
}

func (r *importRun) page(ctx context.Context, page []domain.SourceUser) error {
	if len(page) == 0 {
		return nil
	}
	ids, emails := make([]string, len(page)), make([]string, len(page))
	for n, u := range page {
		ids[n], emails[n] = u.ID, domain.CleanedText(u.Email, domain.MaxEmailLength)
	}
	known, err := r.intake.Known(ctx, ids)
	if err != nil {
		return err
	}
	holders, err := r.intake.Holders(ctx, emails)
	if err != nil {
		return err
	}
	var fresh []domain.ImportedUser
	for _, u := range page {
		before, seen := known[u.ID]
		if r.applied[u.ID] || !r.readable(u) {
			continue
		}
		noPassword := !r.usable(u.PasswordHash)
		if noPassword {
			// Nor is it kept as a digest: what is no hash may be a password.
			u.PasswordHash = domain.Secret{}
		}
		folded, skipped := domain.FoldEmail(u.Email), r.report.Skipped
		switch {
		case seen && before == u.Fingerprint():
			r.report.Unchanged++
			continue
		case seen || holders[folded] != "" || r.planned[folded] != "":
			// What came before it in the page counts: it may be about the same address.
			if err = r.add(ctx, fresh); err == nil {
				fresh, err = nil, r.one(ctx, u, before)
			}
		default:
			holders[folded] = u.ID
			fresh = append(fresh, domain.ImportedUser{User: u.Account(), Fingerprint: u.Fingerprint()})
		}
		if err != nil {
			return err
		}
		if noPassword && r.report.Skipped == skipped {
			r.report.WithoutPassword++
			r.options.Note(u.ID, u.Email, domain.ErrHashUnusable)
		}
	}
	return r.add(ctx, fresh)
}

// one takes a row by itself: one that has changed, or whose address somebody else has.
func (r *importRun) one(ctx context.Context, u domain.SourceUser, before domain.Fingerprint) error {
	if before == "" {
		return r.addContested(ctx, u)
	}
	return r.update(ctx, u, before)
}

func (r *importRun) readable(u domain.SourceUser) bool {
	err := u.Check()
	if err != nil {
		r.skip(u, err)
	}
	return err == nil
}

func (r *importRun) skip(u domain.SourceUser, why error) {
	r.report.Skipped++
	r.options.Note(u.ID, u.Email, why)
}

func (r *importRun) add(ctx context.Context, users []domain.ImportedUser) error {
	if len(users) == 0 {
		return nil
	}
	r.report.Added += len(users)
	if r.options.DryRun {
		for _, u := range users {
			r.planned[domain.FoldEmail(u.Email)] = u.ID
		}
		return nil
	}
	return r.intake.Add(ctx, users)
}

// addContested adds an account whose address somebody else has here, if that one gives it up.
func (r *importRun) addContested(ctx context.Context, u domain.SourceUser) error {
	free, err := r.free(ctx, u)
	switch {
	case err != nil:
		return err
	case !free:
		r.skip(u, domain.ErrEmailTaken)
		return nil
	}
	return r.add(ctx, []domain.ImportedUser{{User: u.Account(), Fingerprint: u.Fingerprint()}})
}

func (r *importRun) update(ctx context.Context, u domain.SourceUser, before domain.Fingerprint) error {
	at := r.clock()
	change := u.ChangeSince(before, at)
	if change.Email != nil {
		r.moving[u.ID] = true
		defer delete(r.moving, u.ID)
		free, err := r.free(ctx, u)
		if err != nil {
			return err
		}
		if !free {
			r.skip(u, domain.ErrEmailTaken)
			return nil
		}
	}
	if r.options.DryRun {
		r.report.Updated++
		return nil
	}
	ended, err := r.intake.Update(ctx, u.ID, change)
	switch {
	case errors.Is(err, domain.ErrUserUnknown):
		r.skip(u, domain.ErrUserUnknown)
		return nil
	case err != nil:
		return err
	}
	r.applied[u.ID] = true
	r.report.Updated++
	r.report.SessionsEnded += ended
	r.audit.Record(ctx, domain.Event{
		Kind: domain.EventUserUpdated, At: at, UserID: u.ID, Reason: change.EndsSessions(), Count: ended,
	})
	return nil
}
