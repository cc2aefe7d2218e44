package e2e

import (
	"testing"
	"time"
)

// fresh returns a token that counts as issued a few seconds from now: when it was issued is told by its expiry less the
// lifetime. Another number gives another token.
func fresh(email string, n int) string {
	return untracked(email, lifetime+time.Duration(10+n)*time.Second)
}

func TestUntracked_ATokenFromAfterTheAccountsLastChangeIsTakenIn(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		s.Must(mariasPassword+"\n", "users", "set-password", maria, "--password-stdin")
		s.refuses(untracked(maria, lifetime-time.Minute))
		s.refreshed(fresh(maria, 1))

		s.Must("", "users", "set-email", maria, joao)
		s.refuses(fresh(maria, 2))
		s.refuses(untracked(joao, lifetime-time.Minute))
		s.refreshed(fresh(joao, 3))
	})
}

func TestUntracked_ATokenThatOutlastsTheLifetimeMayBeOfAnyAge(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		s.refreshed(untracked(maria, 24*time.Hour))
		s.Must(mariasPassword+"\n", "users", "set-password", maria, "--password-stdin")
		s.refuses(untracked(maria, 25*time.Hour))
	})
}

func TestUntracked_AnOperatorCanEndTheirTime(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, "ACCEPT_UNTRACKED_TOKENS=false")
		s.refuses(untracked(maria, 10*time.Minute))
		s.refreshed(s.loggedIn())

		until := time.Now().Add(15 * time.Minute).UTC().Format(time.RFC3339)
		s.restart("ACCEPT_UNTRACKED_TOKENS=" + until)
		s.refuses(untracked(maria, 20*time.Minute))
		token := s.refreshed(untracked(maria, 10*time.Minute))

		s.restart("ACCEPT_UNTRACKED_TOKENS=false")
		s.refreshed(token)
		s.refuses(untracked(maria, 10*time.Minute))
	})
}

func TestUntracked_TheAddressIsFoundInAnotherLetterCaseToo(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		token := s.refreshed(untracked("Maria@Example.COM", 10*time.Minute))
		if sub := readJWT(t, token, secretKey).text(t, "sub"); sub != maria {
			t.Errorf("sub is %s, want the account's own spelling", sub)
		}
	})
}

func TestKeys_TokensOfThePreviousKeyAreGoodUntilItIsForgotten(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		const first, second = "the first key with more than thirty-two bytes", "short"
		s := withUser(t, database, "SECRET_KEY="+first)
		token := s.loggedIn()
		other := s.loggedIn()

		s.restart("SECRET_KEY="+secretKey, "PREVIOUS_SECRET_KEYS="+second+","+first)
		token = s.refreshed(token)
		readJWT(t, token, secretKey)
		for _, key := range []string{first, second} {
			readJWT(t, s.refreshed(untrackedBy(key, maria, 10*time.Minute)), secretKey)
		}

		s.restart("PREVIOUS_SECRET_KEYS=")
		s.refreshed(token)
		s.refuses(other)
		s.refuses(untrackedBy(first, maria, 11*time.Minute))
		s.refuses(untrackedBy("", maria, 11*time.Minute))
	})
}
