package gormstore

import (
	"context"
	"time"

	"gorm.io/gorm"
)

// restAfterPruning is how many times as long as it took a page is rested afterwards, so that pruning takes a tenth of
// the time that the engine has for refreshes.
const restAfterPruning = 9

// rest waits after a page that was begun at `began`.
func (e Engine) rest(ctx context.Context, began time.Time) {
	// A clock that was put forward meanwhile says hours, which no page takes.
	rest := time.NewTimer(restAfterPruning * min(e.now().Sub(began), e.Timeout))
	defer rest.Stop()
	select {
	case <-rest.C:
	case <-ctx.Done():
	}
}

// prune deletes a page and rests if there was one.
func (e Engine) prune(ctx context.Context, what string, page func(*gorm.DB) (int64, error)) (int, error) {
	began := e.now()
	var deleted int64
	err := e.call(ctx, what, func(db *gorm.DB) (err error) {
		deleted, err = page(db)
		return err
	})
	if deleted > 0 {
		e.rest(ctx, began)
	}
	return int(deleted), err
}
