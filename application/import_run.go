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
	// planned holds the addresses of accounts that only a dry run has added.
	planned map[string]string
}

func (r *importRun) page(ctx context.Context, page []domain.SourceUser) error {
	known, holders, err := r.stored(ctx, page)
	if err != nil {
		return err
	}
	var fresh []domain.ImportedUser
	for _, u := range page {
		if r.applied[u.ID] || !r.readable(u) {
			continue
		}
		before, seen := known[u.ID]
		skipped, kept := r.report.Skipped, r.kept(u)
		folded := domain.FoldEmail(u.Email)
		switch {
		case seen && before == kept.Fingerprint():
			r.report.Unchanged++
			continue
		case seen || holders[folded] != "" || r.planned[folded] != "":
			// What came before it in the page counts: it may be about the same address.
			if err = r.add(ctx, fresh); err == nil {
				fresh, err = nil, r.one(ctx, kept, before)
			}
		default:
			holders[folded] = u.ID
			fresh = append(fresh, domain.ImportedUser{User: kept.Account(), Fingerprint: kept.Fingerprint()})
		}
		if err != nil {
			return err
		}
		if kept.PasswordHash.Empty() && r.report.Skipped == skipped {
			r.report.WithoutPassword++
			r.options.Note(u.ID, u.Email, domain.ErrHashUnusable)
		}
	}
	return r.add(ctx, fresh)
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
