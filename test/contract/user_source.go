package contract

import (
	"strconv"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// UserSource checks every sentence of ports.UserSource. open returns a source with exactly these accounts in it, one that
// is Unreadable with a value missing, and a way to empty it behind the source's back.
func UserSource(t *testing.T, open func(*testing.T, []domain.SourceUser) (source ports.UserSource, empty func())) {
	var all []domain.SourceUser
	// Ids are numbers: 9 comes before 10.
	for n := 8; n <= 12; n++ {
		all = append(all, domain.SourceUser{
			ID: strconv.Itoa(n), Name: "José d'Ávila", Email: "user" + strconv.Itoa(n) + "@example.com",
			PasswordHash: domain.NewSecret("$hash$" + strconv.Itoa(n)), Enabled: n != 9, Admin: n == 10,
			CreatedAt: noon.Add(time.Duration(n) * time.Microsecond), Unreadable: n == 11,
		})
	}
	same := func(t *testing.T, got []domain.SourceUser, err error, want ...domain.SourceUser) {
		t.Helper()
		if err != nil || len(got) != len(want) {
			t.Fatalf("%d accounts, %v, want %d", len(got), err, len(want))
		}
		for i, u := range got {
			// What an unreadable row holds besides its id is nobody's business.
			if u.ID != want[i].ID || u.Unreadable != want[i].Unreadable || !u.Unreadable && u.Fingerprint() != want[i].Fingerprint() {
				t.Errorf("account %d is\n%+v, want\n%+v", i, u, want[i])
			}
		}
	}
	t.Run("reads page by page in the order of the ids", func(t *testing.T) {
		source, _ := open(t, all)
		n, err := source.Count(t.Context())
		if err != nil || n != len(all) {
			t.Errorf("it counts %d, %v, want %d", n, err, len(all))
		}
		for after, want := range map[string][]domain.SourceUser{"": all[:2], "9": all[2:4], "11": all[4:], "12": nil} {
			page, err := source.Page(t.Context(), after, 2)
			same(t, page, err, want...)
		}
	})
	t.Run("finds those that there are", func(t *testing.T) {
		source, _ := open(t, all)
		found, err := source.Find(t.Context(), []string{"10", "99", "unknown", "1 OR TRUE"})
		same(t, found, err, all[2])
		found, err = source.Find(t.Context(), nil)
		same(t, found, err)
	})
	t.Run("has none where there is none", func(t *testing.T) {
		source, _ := open(t, nil)
		n, err := source.Count(t.Context())
		if err != nil || n != 0 {
			t.Errorf("it counts %d, %v, want none", n, err)
		}
		page, err := source.Page(t.Context(), "", 2)
		same(t, page, err)
	})
	t.Run("reads everything as of one moment", func(t *testing.T) {
		source, empty := open(t, all)
		page, err := source.Page(t.Context(), "", 2)
		same(t, page, err, all[:2]...)
		empty()
		page, err = source.Page(t.Context(), "9", 2)
		same(t, page, err, all[2:4]...)
	})
}
