package application

import (
	"context"
	"errors"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// importBatch takes the rows of one page. New accounts are stored together, and the others one by one.
type importBatch struct {
	*importRun
	// known and holders are as they were before the page.
	known   map[string]domain.Fingerprint
	holders map[string]string
	fresh   []domain.ImportedUser
}

func (b *importBatch) take(ctx context.Context, u domain.SourceUser) error {
	before, folded := b.known[u.ID], domain.FoldEmail(u.Email)
	row := domain.ImportedUser{User: u.Account(), Fingerprint: u.Fingerprint()}
	switch {
	case before == row.Fingerprint:
		b.report.Unchanged++
		return nil
	case before == "" && b.holders[folded] == "" && b.planned[folded] == "":
		b.holders[folded] = u.ID
		b.fresh = append(b.fresh, row)
		b.noteHash(u)
		return nil
	default:
		return b.one(ctx, u, before)
	}
}

// one takes a row by itself: one that has changed, or whose address somebody else has. What came before it in the page
// counts then: it may be about the same address.
func (b *importBatch) one(ctx context.Context, u domain.SourceUser, before domain.Fingerprint) error {
	err := b.flush(ctx)
	skipped := b.report.Skipped
	switch {
	case err != nil:
		return err
	case before == "":
		err = b.addContested(ctx, domain.ImportedUser{User: u.Account(), Fingerprint: u.Fingerprint()})
	default:
		err = b.update(ctx, u, before)
	}
	if err == nil && b.report.Skipped == skipped {
		b.noteHash(u)
	}
	return err
}

func (b *importBatch) noteHash(u domain.SourceUser) {
	if u.PasswordHash.Empty() {
		b.report.WithoutPassword++
		b.options.Note(u.ID, u.Email, domain.ErrHashUnusable)
	}
}

// flush stores the new accounts. If one's address was given to somebody since the page was read, by a row before it or
// by an operator here, each of them is looked at again.
func (b *importBatch) flush(ctx context.Context) error {
	fresh := b.fresh
	b.fresh = nil
	err := b.add(ctx, fresh)
	if !errors.Is(err, domain.ErrEmailTaken) {
		return err
	}
	for _, u := range fresh {
		if err := b.addContested(ctx, u); err != nil {
			return err
		}
	}
	return nil
}
