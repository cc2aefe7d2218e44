package mysql

import (
	"strings"
	"testing"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// FuzzURL reads any URL and any version of a server: nothing in it turns on what the driver leaves off for safety, and no error
// repeats a password.
func FuzzURL(f *testing.F) {
	for _, seed := range []string{
		"h/d", "h:3306/d?ssl-mode=DISABLED", "h/d?socket=/run/m.sock", "h/d?allowAllFiles=true", "h/d?multiStatements=1&ssl-mode=REQUIRED",
		"[::1]:1/d", "h/d/e", "h/d?ssl-ca=/nowhere", "/d", "h/d?socket=a&socket=b", "h/%2F", "h/d#x", "h:x/d", "h/d?ssl-mode=",
	} {
		f.Add("p", seed, "8.4.3")
	}
	f.Fuzz(func(t *testing.T, password, rest, version string) {
		const canary = "c4n4ry"
		text := "mysql://user:" + canary + password + "@" + rest
		c, err := parse(domain.NewSecret(text))
		if err != nil {
			if strings.Contains(err.Error(), canary) || strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Errorf("%q: the error is %q, want one line without the password", text, err)
			}
			return
		}
		if c.AllowAllFiles || c.MultiStatements || c.AllowOldPasswords || c.DBName == "" || c.Addr == "" {
			t.Errorf("%q is read as %+v", text, c)
		}
		if c.AllowCleartextPasswords && c.TLS == nil {
			t.Errorf("%q sends a password in the clear", text)
		}
		if major, _, _ := strings.Cut(version, "."); !older(version, [2]int{8, 0}) && strings.Trim(major, "+0123456789") != "" {
			t.Errorf("%q is new enough", version)
		}
	})
}
