// Package original reads the accounts of an original VidaPlus from its database, PostgreSQL or SQLite. It changes nothing
// there, and trusts nothing that it reads: what is not of its type is marked, not an error.
package original

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"

	"github.com/vidaplus/vidaplus-auth/configs"
	"github.com/vidaplus/vidaplus-auth/domain"
)

// UserSource implements ports.UserSource.
type UserSource struct {
	db     *sql.DB
	tx     *sql.Tx
	sqlite bool
}

// Open connects to the original's database. All that is then read is as of one moment. Its errors hold no password.
func Open(ctx context.Context, from configs.Database) (*UserSource, error) {
	s := &UserSource{sqlite: from.Engine == configs.SQLite}
	if err := s.open(ctx, from); err != nil {
		return nil, fmt.Errorf("open the original's database: %w", bare(err))
	}
	return s, nil
}

func (s *UserSource) open(ctx context.Context, from configs.Database) error {
	driver, name := "pgx", from.URL.Reveal()
	options := &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead}
	if s.sqlite {
		// SQLite would make the file.
		if _, err := os.Stat(from.Path); err != nil {
			return err
		}
		driver, name = "sqlite", "file:"+url.PathEscape(from.Path)+"?mode=ro&_pragma=busy_timeout(5000)"
		options.Isolation = sql.LevelDefault
	}
	var err error
	if s.db, err = sql.Open(driver, name); err != nil {
		return err
	}
	if s.tx, err = s.db.BeginTx(ctx, options); err != nil {
		_ = s.db.Close()
	}
	return err
}

// bare leaves out of an error about a URL the URL.
func bare(err error) error {
	if parse, ok := errors.AsType[*pgconn.ParseConfigError](err); ok {
		return errors.Join(errors.New("the URL cannot be used"), parse.Unwrap())
	}
	return err
}

// Close lets the database go.
func (s *UserSource) Close() {
	_ = s.tx.Rollback()
	_ = s.db.Close()
}

// Texts are cut where they are too long for an account anyway, so that no row fills the memory. The zone of a created_at
// without one is the database's, and with SQLite UTC, which is what CURRENT_TIMESTAMP gives there.
const (
	postgresRow = `SELECT id, left(nome::text, 300), left(email::text, 300), left(senha::text, 1000),
		is_active::text, is_superuser::text, to_char(created_at::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') FROM users`
	sqliteRow = `SELECT id, substr(CAST(nome AS BLOB), 1, 1300), substr(CAST(email AS BLOB), 1, 1300),
		substr(CAST(senha AS BLOB), 1, 1000), CAST(is_active AS TEXT), CAST(is_superuser AS TEXT), CAST(created_at AS TEXT) FROM users`
)

func (s *UserSource) row() string {
	if s.sqlite {
		return sqliteRow
	}
	return postgresRow
}

// Count implements ports.UserSource.
func (s *UserSource) Count(ctx context.Context) (int, error) {
	var n int
	if err := s.tx.QueryRowContext(ctx, "SELECT count(*) FROM users").Scan(&n); err != nil {
		return 0, fmt.Errorf("count the original's users: %w", err)
	}
	return n, nil
}

// Page implements ports.UserSource.
func (s *UserSource) Page(ctx context.Context, after string, limit int) ([]domain.SourceUser, error) {
	condition := " WHERE id > " + number(after)
	if after == "" {
		condition = ""
	}
	return s.read(ctx, s.row()+condition+" ORDER BY id LIMIT "+strconv.Itoa(limit))
}

// Find implements ports.UserSource.
func (s *UserSource) Find(ctx context.Context, ids []string) ([]domain.SourceUser, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	numbers := make([]string, len(ids))
	for i, id := range ids {
		numbers[i] = number(id)
	}
	return s.read(ctx, s.row()+" WHERE id IN ("+strings.Join(numbers, ", ")+")")
}

// number writes an id, which is a whole number in the original, into a statement. Nothing else gets there.
func number(id string) string {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return "NULL"
	}
	return strconv.FormatInt(n, 10)
}

func (s *UserSource) read(ctx context.Context, query string) ([]domain.SourceUser, error) {
	rows, err := s.tx.QueryContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("read the original's users: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err has told by then
	var all []domain.SourceUser
	for rows.Next() {
		var id int64
		var texts [6]sql.NullString
		if err := rows.Scan(&id, &texts[0], &texts[1], &texts[2], &texts[3], &texts[4], &texts[5]); err != nil {
			return nil, fmt.Errorf("read the original's users: %w", err)
		}
		all = append(all, user(id, texts))
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read the original's users: %w", err)
	}
	return all, nil
}

func user(id int64, texts [6]sql.NullString) domain.SourceUser {
	u := domain.SourceUser{
		ID: strconv.FormatInt(id, 10), Name: texts[0].String, Email: texts[1].String, PasswordHash: domain.NewSecret(texts[2].String),
	}
	readable := true
	for _, text := range texts {
		readable = readable && text.Valid
	}
	var enabled, admin, created error
	u.Enabled, enabled = strconv.ParseBool(texts[3].String)
	u.Admin, admin = strconv.ParseBool(texts[4].String)
	u.CreatedAt, created = time.Parse("2006-01-02 15:04:05", texts[5].String)
	u.CreatedAt = u.CreatedAt.UTC().Truncate(time.Microsecond)
	u.Unreadable = !readable || errors.Join(enabled, admin, created) != nil
	return u
}
