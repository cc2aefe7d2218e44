package main

import (
	"context"

	"go.uber.org/fx"
	"go.uber.org/zap"

	"github.com/vidaplus/vidaplus-auth/application"
)

// keyFolder returns the configured folder of signing keys.
func keyFolder() (string, error) {
	c, err := load()
	return c.SigningKeysDir, err
}

// keyRing reads the configured keys for one command. It opens no store.
func keyRing(ctx context.Context, do func(*application.ListKeys) error) error {
	c, err := load()
	if err != nil {
		return err
	}
	if c, err = withSecretKey(c, false); err != nil {
		return err
	}
	var list *application.ListKeys
	app := fx.New(core(ctx, c), fx.Populate(&list))
	return run(ctx, app, func(context.Context) error { return do(list) })
}

func warnOfKeys(keys *application.ListKeys, log *zap.Logger) {
	for _, k := range keys.Do() {
		if k.Weak {
			log.Warn("a signing key is shorter than new ones are made", zap.String("kid", k.ID), zap.String("alg", k.Algorithm))
		}
	}
}

// keyWatch reads the signing keys again and again, and tells what becomes of it.
type keyWatch struct {
	reload *application.ReloadKeys
	list   *application.ListKeys
	log    *zap.Logger
	// failing says that the last attempt failed, so that the next one says nothing new.
	failing bool
}

func newKeyWatch(reload *application.ReloadKeys, list *application.ListKeys, log *zap.Logger) *keyWatch {
	return &keyWatch{reload: reload, list: list, log: log}
}

func (w *keyWatch) look() {
	changed, err := w.reload.Do()
	switch {
	case err != nil && !w.failing:
		w.log.Warn("signing keys could not be read again, those that were read last stay in use", zap.Error(err))
	case err == nil && w.failing:
		w.log.Info("signing keys can be read again")
	}
	w.failing = err != nil
	if changed {
		w.tell()
	}
}

func (w *keyWatch) tell() {
	var keys []string
	for _, k := range w.list.Do() {
		keys = append(keys, k.ID+" "+string(k.Use))
	}
	w.log.Info("the keys of tokens have changed", zap.Strings("keys", keys))
	warnOfKeys(w.list, w.log)
}
