package e2e

import (
	"net/http"
	"sync"
	"testing"
)

func TestReplicas_ManyRefreshesWithOneTokenGetOneNewToken(t *testing.T) {
	t.Parallel()
	onEachServer(t, func(t *testing.T, database string) {
		replicas := replicated(t, 2, database)
		for range 3 {
			token := replicas[0].loggedIn()
			got := make([]answer, 200)
			var all sync.WaitGroup
			for i := range got {
				all.Go(func() { got[i], _ = replicas[i%2].tryRefresh(token) })
			}
			all.Wait()
			next := got[0].token(t)
			for i, answer := range got {
				if answer.token(t) != next {
					t.Fatalf("answers 0 and %d carry different tokens", i)
				}
			}
			if next == token {
				t.Error("the token is still the old one")
			}
			replicas[1].refreshed(next)
		}
	})
}

func TestReplicas_WhatIsRevokedOnOneIsRefusedOnTheOtherAtOnce(t *testing.T) {
	t.Parallel()
	onEachServer(t, func(t *testing.T, database string) {
		replicas := replicated(t, 2, database)
		one, other := replicas[0], replicas[1]
		for range 20 {
			first := one.loggedIn()
			third := one.refreshed(other.refreshed(first))
			one.refuses(first)
			other.refuses(third)
		}
		token := other.refreshed(one.loggedIn())
		one.Must("", "sessions", "revoke", "--user", maria)
		other.refuses(token)
		token = other.refreshed(one.loggedIn())
		one.Must("", "users", "disable", maria)
		other.refuses(token)
		other.login(maria, mariasPassword).is(t, http.StatusUnauthorized, badCredentials)
	})
}

func TestReplicas_ATokenReplacedOnOneIsReplayedOnTheOther(t *testing.T) {
	t.Parallel()
	onEachServer(t, func(t *testing.T, database string) {
		replicas := replicated(t, 2, database)
		for range 20 {
			first := replicas[0].loggedIn()
			second := replicas[0].refreshed(first)
			if again := replicas[1].refreshed(first); again != second {
				t.Fatal("the other replica gives another token for the one just replaced")
			}
		}
	})
}
