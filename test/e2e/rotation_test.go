package e2e

import (
	"testing"
)

func TestRefresh_ACurrentTokenGetsANewOne(t *testing.T) {
	onEachEngine(t, func(t *testing.T, database string) {
		s := start(t, database)
		s.addUser("maria@example.com", "correct horse")
		first := s.login("maria@example.com", "correct horse").token(t)
		second := s.refresh(first).token(t)
		if second == first {
			t.Error("the new token is the old one")
		}
		s.refresh(second).token(t)
	})
}
