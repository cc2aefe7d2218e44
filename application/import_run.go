package application

import (
	"context"
	"errors"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

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
	// planned says whose addresses are after what only a dry run has done.
	planned map[string]string
}

func (r *importRun) page(ctx context.Context, page []domain.SourceUser) error {
	known, holders, err := r.stored(ctx, page)
	if err != nil {
		return err
	}
	batch := importBatch{importRun: r, known: known, holders: holders}
	for _, u := range page {
		if r.applied[u.ID] || !r.readable(u) {
			continue
		}
		if err := batch.take(ctx, r.kept(u)); err != nil {
			return err
		}
	}
	return batch.flush(ctx)
}

// stored returns what is here of a page: the fingerprints of its rows, and who holds their addresses.
func (r *importRun) stored(ctx context.Context, page []domain.SourceUser) (
	known map[string]domain.Fingerprint, holders map[string]string, err error,
) {
	ids, emails := make([]string, len(page)), make([]string, len(page))
	for n, u := range page {
		ids[n], emails[n] = u.ID, domain.CleanedText(u.Email, domain.MaxEmailLength)
	}
	if known, err = r.intake.Known(ctx, ids); err == nil {
		holders, err = r.intake.Holders(ctx, emails)
	}
	return known, holders, err
}

// kept is what is kept of a row. What is no hash may be a password: not even a digest of it stays.
func (r *importRun) kept(u domain.SourceUser) domain.SourceUser {
	if !r.usable(u.PasswordHash) {
		u.PasswordHash = domain.Secret{}
	}
	return u
}

func (r *importRun) readable(u domain.SourceUser) bool {
	err := u.Check()
	if err != nil {
		r.skip(u.ID, u.Email, err)
	}
	return err == nil
}

func (r *importRun) skip(id, email string, why error) {
	r.report.Skipped++
	r.options.Note(id, email, why)
}

func (r *importRun) add(ctx context.Context, users []domain.ImportedUser) error {
	if len(users) == 0 {
		return nil
	}
	if r.options.DryRun {
		for _, u := range users {
			r.planned[domain.FoldEmail(u.Email)] = u.ID
		}
	} else if err := r.intake.Add(ctx, users); err != nil {
		return err
	}
	r.report.Added += len(users)
	return nil
}

// addContested adds an account whose address somebody else has here, if that one gives it up.
func (r *importRun) addContested(ctx context.Context, u domain.ImportedUser) error {
	free, err := r.vacate(ctx, u.ID, u.Email)
	if err != nil || !free {
		return err
	}
	return r.add(ctx, []domain.ImportedUser{u})
}

// vacate is free that reports a row which has to be skipped.
func (r *importRun) vacate(ctx context.Context, id, email string) (bool, error) {
	free, err := r.free(ctx, id, email)
	if err == nil && !free {
		r.skip(id, email, domain.ErrEmailTaken)
	}
	return free, err
}

func (r *importRun) update(ctx context.Context, u domain.SourceUser, before domain.Fingerprint) error {
	change := u.ChangeSince(before, r.clock())
	if change.Email != nil {
		r.moving[u.ID] = true
		free, err := r.vacate(ctx, u.ID, u.Email)
		delete(r.moving, u.ID)
		if err != nil || !free {
			return err
		}
	}
	if r.options.DryRun {
		if change.Email != nil {
			r.planned[domain.FoldEmail(u.Email)] = u.ID
		}
		r.report.Updated++
		return nil
	}
	return r.apply(ctx, u, change)
}

func (r *importRun) apply(ctx context.Context, u domain.SourceUser, change domain.ImportChange) error {
	ended, err := r.intake.Update(ctx, u.ID, change)
	switch {
	case errors.Is(err, domain.ErrUserUnknown):
		r.skip(u.ID, u.Email, domain.ErrUserUnknown)
		return nil
	case err != nil:
		return err
	}
	r.applied[u.ID] = true
	r.report.Updated++
	r.report.SessionsEnded += ended
	r.audit.Record(ctx, domain.Event{
		Kind: domain.EventUserUpdated, At: change.At, UserID: u.ID, Reason: change.EndsSessions(), Count: ended,
	})
	return nil
}
