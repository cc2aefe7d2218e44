package gormstore

import (
	"context"
	"errors"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// Shared says that the accounts are the platform's: the table of users is a view over a table of others, through which
// accounts can be read, changed and deleted, but not added. The zero Shared says that the accounts are our own.
type Shared struct {
	// Table is what an operator calls the table of others.
	Table string
	// Fold is SQL that folds an address, which is its one parameter, as the view's email_folded is folded.
	Fold string
	// Bytewise is SQL that makes the text column before it be compared byte by byte, as our own table's are.
	Bytewise string
	// Unshare does what ports.AccountSharing promises.
	Unshare func(context.Context, ports.UsableHash) (int, error)
}

// folded is what the folded form of an address is compared with. The database folds where the column is of its making:
// two ideas of letter case would hide an account from its own address.
func (e Engine) folded(email string) any {
	if e.Shared.Table == "" {
		return domain.FoldEmail(email)
	}
	return clause.Expr{SQL: e.Shared.Fold, Vars: []any{email}}
}

// changed is what to write for c. A view's folded address follows by itself.
func (e Engine) changed(c domain.UserChange) map[string]any {
	set := columns(c)
	if e.Shared.Table != "" {
		delete(set, "email_folded")
	}
	return set
}

// checkFree refuses an address that another account has in any letter case. Our own table's indexes see to that too, but
// the platform's may know no letter case.
func (e Engine) checkFree(tx *gorm.DB, email *string, userID string) error {
	if email == nil || e.Shared.Table == "" {
		return nil
	}
	held, err := exists(tx.Model(&userRow{}).Where("email_folded = ? AND id <> ?", e.folded(*email), userID))
	if err == nil && held {
		return domain.ErrEmailTaken
	}
	return err
}

// removable turns the platform's own references to an account into their refusal.
func removable(err error) error {
	if errors.Is(err, gorm.ErrForeignKeyViolated) {
		return domain.ErrUserReferenced
	}
	return err
}
