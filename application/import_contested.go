package application

import (
	"context"
	"errors"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// free makes way for the address of the account id, and reports whether nobody else has it then. Whoever has it gives it
// up if the original says so: an account that is gone there ends, one that has another address there gets that first.
func (r *importRun) free(ctx context.Context, id, email string) (bool, error) {
	if planned := r.planned[domain.FoldEmail(email)]; planned != "" && planned != id {
		return false, nil
	}
	holders, err := r.intake.Holders(ctx, []string{email})
	if err != nil {
		return false, err
	}
	holder := holders[domain.FoldEmail(email)]
	if holder == "" || holder == id {
		return true, nil
	}
	return r.yields(ctx, holder, email)
}

func (r *importRun) yields(ctx context.Context, holder, email string) (bool, error) {
	known, err := r.intake.Known(ctx, []string{holder})
	if err != nil {
		return false, err
	}
	before, imported := known[holder]
	if !imported {
		return false, nil
	}
	theirs, err := r.source.Find(ctx, []string{holder})
	switch {
	case err != nil:
		return false, err
	case len(theirs) == 0:
		return true, r.end(ctx, holder)
	}
	return r.moveAway(ctx, theirs[0], before, email)
}

// moveAway gives the holder of an address the one that the original has for it. An address that was changed here only is
// not given up for a change there.
func (r *importRun) moveAway(ctx context.Context, holder domain.SourceUser, before domain.Fingerprint, email string) (bool, error) {
	holder = r.kept(holder)
	change := holder.ChangeSince(before, r.clock())
	if change.Email == nil || !leaves(holder, email) {
		return false, nil
	}
	if r.options.DryRun {
		return true, nil
	}
	if r.moving[holder.ID] {
		// Two exchange their addresses: for a moment one has none that anybody could know.
		parked := holder.ID + "@moving.invalid"
		_, err := r.intake.Update(ctx, holder.ID, domain.ImportChange{Email: &parked, Fingerprint: before, At: r.clock()})
		return err == nil, err
	}
	if err := r.update(ctx, holder, before); err != nil {
		return false, err
	}
	holders, err := r.intake.Holders(ctx, []string{email})
	return err == nil && holders[domain.FoldEmail(email)] == "", err
}

// leaves reports whether the original gives its account a good address that is not email in any letter case.
func leaves(holder domain.SourceUser, email string) bool {
	return holder.Check() == nil && domain.FoldEmail(holder.Email) != domain.FoldEmail(email)
}

// end removes an account whose address the original has given to another, which nobody there has any more.
func (r *importRun) end(ctx context.Context, id string) error {
	r.report.Removed++
	if r.options.DryRun {
		return nil
	}
	user, err := r.users.Find(ctx, id)
	if err != nil {
		return err
	}
	ended, err := r.remove.remove(ctx, user)
	r.report.SessionsEnded += ended
	return err
}

// missing disables the accounts that were taken and that the original has no more. An original without any account is a
// wrong address rather than the end of everybody.
func (r *importRun) missing(ctx context.Context, rows int) error {
	if rows == 0 {
		return domain.ErrSourceEmpty
	}
	for after := ""; ; {
		ids, err := r.intake.List(ctx, after, importAtOnce)
		if err != nil || len(ids) == 0 {
			return err
		}
		after = ids[len(ids)-1]
		if err := r.disableMissing(ctx, ids); err != nil {
			return err
		}
	}
}

func (r *importRun) disableMissing(ctx context.Context, ids []string) error {
	there, err := r.source.Find(ctx, ids)
	if err != nil {
		return err
	}
	found := make(map[string]bool, len(there))
	for _, u := range there {
		found[u.ID] = true
	}
	for _, id := range ids {
		if !found[id] {
			if err := r.disable(ctx, id); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *importRun) disable(ctx context.Context, id string) error {
	user, err := r.users.Find(ctx, id)
	switch {
	case errors.Is(err, domain.ErrUserUnknown) || err == nil && !user.Enabled:
		return nil
	case err != nil:
		return err
	}
	r.report.Disabled++
	if r.options.DryRun {
		return nil
	}
	at := r.clock()
	ended, err := r.register.Change(ctx, id, domain.UserChange{Enabled: new(false), At: at})
	if err != nil {
		return err
	}
	r.report.SessionsEnded += ended
	r.audit.Record(ctx, domain.Event{Kind: domain.EventUserDisabled, At: at, UserID: id, Count: ended})
	return nil
}
