package httpapi

import (
	"context"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/jwtsign"
	"github.com/vidaplus/vidaplus-auth/adapters/memory"
	"github.com/vidaplus/vidaplus-auth/domain"
)

// The stores in memory, which a test can make fail.
type (
	users struct {
		memory.UserStore
		stage *stage
	}
	accounts struct {
		memory.UserRegister
		stage *stage
	}
	sessions struct {
		memory.SessionStore
		stage *stage
	}
	register struct {
		memory.SessionRegister
		stage *stage
	}
)

func (u users) FindByEmail(ctx context.Context, email string) (domain.User, error) {
	if err := u.stage.call(ctx); err != nil {
		return domain.User{}, err
	}
	if err := u.stage.find(ctx); err != nil {
		return domain.User{}, err
	}
	return u.UserStore.FindByEmail(ctx, email)
}

func (u users) Find(ctx context.Context, id string) (domain.User, error) {
	if err := u.stage.call(ctx); err != nil {
		return domain.User{}, err
	}
	return u.UserStore.Find(ctx, id)
}

func (a accounts) Change(ctx context.Context, id string, c domain.UserChange) (int, error) {
	if err := a.stage.call(ctx); err != nil {
		return 0, err
	}
	return a.UserRegister.Change(ctx, id, c)
}

func (s sessions) Rotate(ctx context.Context, r domain.Rotation) (domain.SessionState, bool, error) {
	if err := s.stage.call(ctx); err != nil {
		return domain.SessionState{}, false, err
	}
	if err := s.stage.rotate(ctx); err != nil {
		return domain.SessionState{}, false, err
	}
	return s.SessionStore.Rotate(ctx, r)
}

func (s sessions) Find(ctx context.Context, id string) (domain.SessionState, error) {
	if err := s.stage.call(ctx); err != nil {
		return domain.SessionState{}, err
	}
	return s.SessionStore.Find(ctx, id)
}

func (r register) List(ctx context.Context, userID string, at time.Time) ([]domain.Session, error) {
	if err := r.stage.call(ctx); err != nil {
		return nil, err
	}
	return r.SessionRegister.List(ctx, userID, at)
}

func (r register) Revoke(ctx context.Context, id string, reason domain.Reason, at time.Time) (bool, error) {
	if err := r.stage.call(ctx); err != nil {
		return false, err
	}
	return r.SessionRegister.Revoke(ctx, id, reason, at)
}

func (r register) RevokeUser(ctx context.Context, userID, except string, reason domain.Reason, at time.Time) (int, error) {
	if err := r.stage.call(ctx); err != nil {
		return 0, err
	}
	return r.SessionRegister.RevokeUser(ctx, userID, except, reason, at)
}

// ring holds the keys of the signer. Its stage may make it fail.
type ring struct {
	*jwtsign.Signer
	stage *stage
}

func (r ring) Publish(at time.Time) ([]byte, error) {
	if err := r.stage.keys(); err != nil {
		return nil, err
	}
	return r.Signer.Publish(at)
}
