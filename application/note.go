package application

import "context"

// Note is what a use case leaves for whoever asked, beside its answer and whatever the answer is: ids that help people to
// find what belongs together. Nothing is decided by it.
type Note struct {
	// SessionID is the session that a presented token said it belongs to and was signed for, or that a login began. It
	// is empty as long as there is none.
	SessionID string
}

type noteKey struct{}

// WithNote returns a context for one call of a use case, and the Note that is filled in by the time the call returns.
func WithNote(ctx context.Context) (context.Context, *Note) {
	n := &Note{}
	return context.WithValue(ctx, noteKey{}, n), n
}

func noteSession(ctx context.Context, id string) {
	if n, wanted := ctx.Value(noteKey{}).(*Note); wanted {
		n.SessionID = id
	}
}
