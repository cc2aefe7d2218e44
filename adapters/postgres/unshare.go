package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

const (
	// unshareAtOnce is how many accounts are read and stored in one step.
	unshareAtOnce = 5000
	// maxRefused is how many accounts that cannot be ours a message names.
	maxRefused = 10
)

// unshare copies the accounts into our own table and puts it back into the view's place, all in one transaction. Calls
// of the stores wait for its last moment only.
func (d *Database) unshare(ctx context.Context, usable ports.UsableHash) (int, error) {
	tx, err := d.pool.Begin(ctx)
	if err != nil {
		return 0, fmt.Errorf("%w: %w", domain.ErrUnavailable, err)
	}
	defer tx.Rollback(context.WithoutCancel(ctx)) //nolint:errcheck // after a commit there is nothing to undo
	if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", d.schema); err != nil {
		return 0, err
	}
	move := unsharing{db: d, tx: tx, usable: usable, held: map[string]string{}}
	for _, step := range []func(context.Context) error{move.forget, move.copy, move.putBack} {
		if err := step(ctx); err != nil {
			return 0, err
		}
	}
	return len(move.held), tx.Commit(ctx)
}

// unsharing is one copy under way.
type unsharing struct {
	db     *Database
	tx     pgx.Tx
	usable ports.UsableHash
	// held is whose a folded address is.
	held    map[string]string
	refused []string
}

// forget removes what an import from before the sharing left behind, of accounts that are gone.
func (u *unsharing) forget(ctx context.Context) error {
	_, err := u.tx.Exec(ctx, "DELETE FROM "+u.db.ours("imported_users"))
	return err
}

// putBack puts our own table into the view's place.
func (u *unsharing) putBack(ctx context.Context) error {
	_, err := u.tx.Exec(ctx, "DROP VIEW "+u.db.ours("users"))
	if err == nil {
		_, err = u.tx.Exec(ctx, "ALTER TABLE "+u.db.ours("own_users")+" RENAME TO users")
	}
	return err
}

func (u *unsharing) copy(ctx context.Context) error {
	for after := ""; ; {
		page, err := u.page(ctx, after)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			break
		}
		after = page[len(page)-1].ID
		if err := u.store(ctx, page); err != nil {
			return err
		}
	}
	if len(u.refused) > 0 {
		return fmt.Errorf("nothing was changed, since accounts cannot be ours as they are: %s", strings.Join(u.refused, ", "))
	}
	return nil
}

func (u *unsharing) page(ctx context.Context, after string) ([]domain.SourceUser, error) {
	rows, err := u.tx.Query(ctx, "SELECT id, name, email, password_hash, enabled, admin, created_at FROM "+u.db.ours("users")+
		" WHERE id > $1 ORDER BY id LIMIT $2", after, unshareAtOnce)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (domain.SourceUser, error) {
		var s domain.SourceUser
		var hash string
		err := row.Scan(&s.ID, &s.Name, &s.Email, &hash, &s.Enabled, &s.Admin, &s.CreatedAt)
		s.PasswordHash = domain.NewSecret(hash)
		if !u.usable(s.PasswordHash) {
			s.PasswordHash = domain.Secret{}
		}
		return s, err
	})
}

func (u *unsharing) store(ctx context.Context, page []domain.SourceUser) error {
	var users, imported [][]any
	for _, s := range page {
		if err := u.check(s); err != nil {
			if len(u.refused) < maxRefused {
				u.refused = append(u.refused, fmt.Sprintf("%s (%v)", s.ID, err))
			}
			continue
		}
		folded := domain.FoldEmail(s.Email)
		u.held[folded] = s.ID
		users = append(users, []any{s.ID, s.Email, folded, s.Name, s.PasswordHash.Reveal(), s.Admin, s.Enabled, s.CreatedAt})
		imported = append(imported, []any{s.ID, string(s.Fingerprint())})
	}
	_, err := u.tx.CopyFrom(ctx, pgx.Identifier{u.db.schema, "own_users"},
		[]string{"id", "email", "email_folded", "name", "password_hash", "admin", "enabled", "created_at"}, pgx.CopyFromRows(users))
	if err == nil {
		_, err = u.tx.CopyFrom(ctx, pgx.Identifier{u.db.schema, "imported_users"},
			[]string{"user_id", "fingerprint"}, pgx.CopyFromRows(imported))
	}
	return err
}

func (u *unsharing) check(s domain.SourceUser) error {
	if err := s.Check(); err != nil {
		return err
	}
	if other := u.held[domain.FoldEmail(s.Email)]; other != "" {
		return fmt.Errorf("its address differs from that of %s in letter case alone", other)
	}
	return nil
}
