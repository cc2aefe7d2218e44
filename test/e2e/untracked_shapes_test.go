package e2e

import (
	"fmt"
	"testing"
	"time"
)

// Libraries differ in what they put into a token besides the two claims, and where.
func TestUntracked_WhatALibraryMayHaveAddedDoesNoHarm(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		now := time.Now().Unix()
		soon := now + 600
		for _, parts := range [][2]string{
			{`{"typ":"JWT","alg":"HS256"}`, fmt.Sprintf(`{"exp":%d,"sub":"maria@example.com"}`, soon)},
			{`{ "alg": "HS256", "typ": "JWT" }`, fmt.Sprintf(`{"sub": "maria@example.com", "exp": %d}`, soon)},
			{`{"alg":"HS256"}`, fmt.Sprintf(`{"sub":"maria@example.com","exp":%d}`, soon+1)},
			{`{"alg":"HS256","typ":"at+jwt"}`, fmt.Sprintf(`{"sub":"maria@example.com","exp":%d}`, soon)},
			{`{"alg":"HS256","typ":"JWT","kid":"1"}`, fmt.Sprintf(`{"sub":"maria@example.com","exp":%d}`, soon)},
			{`{"alg":"HS256","typ":"JWT","kid":1}`, fmt.Sprintf(`{"sub":"maria@example.com","exp":%d}`, soon)},
			{jwtHeader, fmt.Sprintf(`{"sub":"maria@example.com","exp":%d.75}`, soon)},
			{jwtHeader, fmt.Sprintf(`{"sub":"maria@example.com","exp":%d,"iat":%d}`, soon, now)},
			{jwtHeader, fmt.Sprintf(`{"sub":"maria@example.com","exp":%d,"iat":%d}`, soon, now+50)},
			{jwtHeader, fmt.Sprintf(`{"sub":"maria@example.com","exp":%d,"nbf":%d}`, soon, now-1)},
			{jwtHeader, fmt.Sprintf(`{"sub":"maria@example.com","exp":%d,"iss":"vidaplus","jti":"7"}`, soon)},
			{jwtHeader, fmt.Sprintf(`{"sub":"maria@example.com","exp":%d,"role":{"sub":["a"],"admin":true}}`, soon)},
		} {
			token := s.refreshed(forge(secretKey, parts[0], parts[1]))
			if j := readJWT(t, token, secretKey); j.header != jwtHeader || j.names() != "exp iat jti sid sub uid" {
				t.Errorf("%s.%s became %s.%s", parts[0], parts[1], j.header, j.payload)
			}
			s.refreshed(token)
		}
	})
}

func TestUntracked_TheLeewayCountsForTheirExpiry(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, "CLOCK_LEEWAY=60s")
		s.refuses(untracked(maria, -2*time.Minute))
		s.refreshed(s.refreshed(untracked(maria, -10*time.Second)))
	})
}

func TestToken_TheLeewayCountsForExpiryAndTheFuture(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database, "CLOCK_LEEWAY=60s")
		now := time.Now().Unix()
		j := readJWT(t, s.loggedIn(), secretKey)
		with := func(claim string, at int64) string {
			return forge(secretKey, jwtHeader, j.with(t, claim, fmt.Sprint(at)))
		}
		s.refuses(with("exp", now-70))
		s.refuses(with("nbf", now+90))
		s.refuses(with("iat", now+90))
		first := s.refreshed(with("exp", now-10))
		for _, token := range []string{with("exp", now-10), with("nbf", now+30), with("iat", now+30)} {
			if again := s.refreshed(token); again != first {
				t.Errorf("the token of one jti is answered with another token")
			}
		}
	})
}

func TestUsers_OddAddressesAndNamesWorkAllTheWay(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := start(t, database)
		for _, email := range []string{`zoë<&>"\'%+;@exämple.com`, "🐎@example.com", "a@b", "İstanbul@example.com", "x'--@example.com"} {
			s.Must(mariasPassword+"\n", "users", "add", email, "--name", email, "--password-stdin")
			token := s.refreshed(s.login(email, mariasPassword).token(t))
			if sub := readJWT(t, token, secretKey).text(t, "sub"); sub != email {
				t.Errorf("sub is %q, want %q", sub, email)
			}
			s.refreshed(untracked(email, 10*time.Minute))
			shown := s.listed(shownMembers, "users", "show", email)[0]
			if shown["email"] != email || shown["name"] != email {
				t.Errorf("%q is shown as %v", email, shown)
			}
		}
	})
}
