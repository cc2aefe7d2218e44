package gormstore

import (
	"context"
	"testing"
)

// Whoever held the turn by the only connection would wait for another one until the time of a call is over.
func TestTurn_OfOneConnectionIsNotHeldByIt(t *testing.T) {
	for connections, want := range map[int]int{1: 0, 2: 1} {
		held := 0
		e := engine(t)
		e.Connections = func() Connections { return Connections{Max: connections} }
		e.HoldTurn = func(context.Context) (release func(), err error) {
			held++
			return func() {}, nil
		}
		done := 0
		taken, err := NewTurn(e).Take(t.Context(), func(context.Context) error {
			done++
			return nil
		})
		if held != want || done != 1 || !taken || err != nil {
			t.Errorf("with %d connections: held %d times, done %d times, taken=%v, %v", connections, held, done, taken, err)
		}
	}
}
