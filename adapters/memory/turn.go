package memory

import "context"

// Turn implements ports.Turn.
type Turn struct{ *Storage }

// NewTurn returns the turn of a storage.
func NewTurn(s *Storage) Turn { return Turn{s} }

// Take implements ports.Turn.
func (t Turn) Take(ctx context.Context, do func(context.Context) error) (bool, error) {
	if !t.turn.TryLock() {
		return false, nil
	}
	defer t.turn.Unlock()
	return true, do(ctx)
}
