package application_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/domain"
)

const commonPassword = "sunshine"

var rules = domain.PasswordRules{Common: func(password string) bool { return password == commonPassword }}

func TestPasswords_AreTakenExactlyAsTheyAre(t *testing.T) {
	p := newStage(t).open()
	for i, exact := range []string{" " + commonPassword, "e\u0301e\u0301e\u0301e\u0301", "        ", "maria@example.com "} {
		email, secret := fmt.Sprintf("%d@example.com", i), domain.NewSecret(exact)
		_, err := p.addUser.Do(p.ctx(), email, "", false, domain.NewSecret(password))
		p.ok(err)
		_, err = p.changeUser.Do(p.ctx(), email, application.UserEdit{Password: &secret})
		p.ok(err)
		_, err = p.login.Do(p.ctx(), email, secret, browser)
		p.ok(err)
		for _, other := range []string{strings.TrimSpace(exact), exact + " ", strings.ReplaceAll(exact, "e\u0301", "é")} {
			if other != exact {
				_, err = p.login.Do(p.ctx(), email, domain.NewSecret(other), browser)
				p.is(err, domain.ErrBadCredentials)
			}
		}
	}
}
