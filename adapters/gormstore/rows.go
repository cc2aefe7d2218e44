package gormstore

import (
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// sessionRow is one row a session for its whole life. Tokens themselves are never stored, only their ids.
type sessionRow struct {
	ID          string
	UserID      string
	CreatedAt   time.Time `gorm:"autoCreateTime:false"`
	EndsAt      time.Time
	Address     string
	UserAgent   string
	CurrentJTI  string
	IssuedAt    time.Time
	ExpiresAt   time.Time
	ReplacedJTI string
	ReplacedAt  *time.Time
	LastExpiry  time.Time
	RevokedAt   *time.Time
	RevokedFor  string
}

func newSessionRow(s domain.Session) sessionRow {
	return sessionRow{
		ID:          s.ID,
		UserID:      s.UserID,
		CreatedAt:   s.CreatedAt,
		EndsAt:      s.EndsAt,
		Address:     s.Client.Address,
		UserAgent:   s.Client.UserAgent,
		CurrentJTI:  string(s.Current.ID),
		IssuedAt:    s.Current.IssuedAt,
		ExpiresAt:   s.Current.ExpiresAt,
		ReplacedJTI: string(s.Replaced),
		ReplacedAt:  nullable(s.ReplacedAt),
		LastExpiry:  s.LastExpiry,
		RevokedAt:   nullable(s.RevokedAt),
		RevokedFor:  string(s.RevokedFor),
	}
}

func (r sessionRow) session() domain.Session {
	return domain.Session{
		ID:        r.ID,
		UserID:    r.UserID,
		CreatedAt: r.CreatedAt.UTC(),
		EndsAt:    r.EndsAt.UTC(),
		Client:    domain.Client{Address: r.Address, UserAgent: r.UserAgent},
		Current: domain.Token{
			ID: domain.TokenID(r.CurrentJTI), IssuedAt: r.IssuedAt.UTC(), ExpiresAt: r.ExpiresAt.UTC(),
		},
		Replaced:   domain.TokenID(r.ReplacedJTI),
		ReplacedAt: instant(r.ReplacedAt),
		LastExpiry: r.LastExpiry.UTC(),
		RevokedAt:  instant(r.RevokedAt),
		RevokedFor: domain.Reason(r.RevokedFor),
	}
}

// stateRow is a session beside what its user is now; both are NULL where the user is gone.
type stateRow struct {
	Session sessionRow
	Email   *string
	Enabled *bool
}

// fields is where to put the sessionColumns, the address and whether the user is enabled, in this order.
func (r *stateRow) fields() []any {
	s := &r.Session
	return []any{
		&s.ID, &s.UserID, &s.CreatedAt, &s.EndsAt, &s.Address, &s.UserAgent, &s.CurrentJTI, &s.IssuedAt, &s.ExpiresAt,
		&s.ReplacedJTI, &s.ReplacedAt, &s.LastExpiry, &s.RevokedAt, &s.RevokedFor, &r.Email, &r.Enabled,
	}
}

func (r stateRow) state() domain.SessionState {
	s := domain.SessionState{Session: r.Session.session()}
	if r.Email != nil && r.Enabled != nil {
		s.Email, s.UserEnabled = *r.Email, *r.Enabled
	}
	return s
}

type userRow struct {
	ID           string
	Email        string
	EmailFolded  string
	Name         string
	PasswordHash string
	Admin        bool
	Enabled      bool
	CreatedAt    time.Time `gorm:"autoCreateTime:false"`
}

func newUserRow(u domain.User) userRow {
	return userRow{
		ID:           u.ID,
		Email:        u.Email,
		EmailFolded:  domain.FoldEmail(u.Email),
		Name:         u.Name,
		PasswordHash: u.PasswordHash.Reveal(),
		Admin:        u.Admin,
		Enabled:      u.Enabled,
		CreatedAt:    u.CreatedAt,
	}
}

func (r userRow) user() domain.User {
	return domain.User{
		ID:           r.ID,
		Email:        r.Email,
		Name:         r.Name,
		PasswordHash: domain.NewSecret(r.PasswordHash),
		Admin:        r.Admin,
		Enabled:      r.Enabled,
		CreatedAt:    r.CreatedAt.UTC(),
	}
}

func users(rows []userRow) []domain.User {
	all := make([]domain.User, len(rows))
	for i, r := range rows {
		all[i] = r.user()
	}
	return all
}

// untrackedCutoffRow says that no untracked token of subject counts that may have been issued before NotBefore.
type untrackedCutoffRow struct {
	Subject   string `gorm:"primaryKey"`
	NotBefore time.Time
}

// The subjects of cut-offs. The row of everybody is there from the first migration, so that it can be locked.
const everybody = "all"

func userSubject(id string) string { return "user:" + id }

func emailSubject(email string) string { return "email:" + domain.FoldEmail(email) }

func nullable(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func instant(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}
