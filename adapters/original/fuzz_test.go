package original

import (
	"database/sql"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// FuzzUser reads a row of the original's, whatever is in it: what becomes an account is fit for a store, and a row that
// did not change has no change.
func FuzzUser(f *testing.F) {
	for _, seed := range [][6]string{
		{"Maria", "maria@email.com", "$2b$12$x", "true", "0", "2024-05-06 07:08:09.123456"},
		{"", "a@b", "", "t", "F", "2024-05-06 07:08:09"}, {"x\x00", "@", "\xff", "yes", "", "infinity"}, {"é", "a b@c", "h", "1", "1", "0001-01-01 00:00:00"},
		{"x", "a@b", "h", "TRUE", "false", "2024-02-30 00:00:00"}, {"x", "a@b", "h", "1", "0", "294276-12-31 23:59:59.999999"},
	} {
		f.Add(int64(1), seed[0], seed[1], seed[2], seed[3], seed[4], seed[5], uint8(63))
	}
	f.Fuzz(func(t *testing.T, id int64, name, email, hash, enabled, admin, created string, valid uint8) {
		var texts [6]sql.NullString
		for i, text := range []string{name, email, hash, enabled, admin, created} {
			texts[i] = sql.NullString{String: text, Valid: valid&(1<<i) != 0}
		}
		u := user(id, texts)
		if change := u.ChangeSince(u.Fingerprint(), time.Time{}); change.EndsSessions() != "" || change.Email != nil || change.Name != nil {
			t.Errorf("%+v has changed since it was taken: %+v", u, change)
		}
		if u.Check() != nil {
			return
		}
		a := u.Account()
		if valid&63 != 63 || !domain.CleanText(a.Email, domain.MaxEmailLength) || !domain.CleanText(a.Name, domain.MaxNameLength) ||
			a.CreatedAt.Nanosecond()%1000 != 0 || a.CreatedAt.Location() != time.UTC || number(a.ID) != a.ID {
			t.Errorf("%v becomes the account %+v", texts, a)
		}
	})
}

// FuzzNumber writes an id into a statement: nothing but a whole number gets there.
func FuzzNumber(f *testing.F) {
	for _, seed := range []string{"1", "-1", "0x1", "1 OR 1=1", "", "9223372036854775808", "+7", "１"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, id string) {
		written := number(id)
		for i, c := range written {
			if (c < '0' || c > '9') && (c != '-' || i > 0) && written != "NULL" {
				t.Fatalf("%q is written as %q", id, written)
			}
		}
	})
}
