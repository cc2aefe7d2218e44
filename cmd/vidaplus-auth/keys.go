package main

import (
	"context"

	"go.uber.org/fx"
	"go.uber.org/zap"

	"github.com/vidaplus/vidaplus-auth/adapters/jwtsign"
	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/configs"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// keyFolder returns the configured folder of signing keys.
func keyFolder() (string, error) {
	c, err := load()
	return c.SigningKeysDir, err
}

// keyJudges look at the keys themselves, for whatever needs them. Other commands may run where there are none yet.
var keyJudges = []configs.Judge{
	{Of: []string{"SIGNING_KEYS_DIR", "ALGORITHM"}, Wrong: func(c configs.Config) string {
		_, err := jwtsign.Open(jwtsign.Settings{Algorithm: c.Algorithm, Folder: c.SigningKeysDir}, c.Policy(), clock())
		return cannotBeUsed(err)
	}},
	{Of: []string{"SECRET_KEY", "DATABASE_URL", "ALGORITHM"}, Wrong: func(c configs.Config) string {
		_, err := withSecretKey(c, false)
		return cannotBeUsed(err)
	}},
}

func cannotBeUsed(err error) string {
	if err == nil {
		return ""
	}
	return "cannot be used: " + err.Error()
}

// keyRing reads the configured keys for one command. It opens no store.
func keyRing(ctx context.Context, do func(*application.ListKeys) error) error {
	c, err := load(keyJudges...)
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
	audit  ports.AuditLog
	now    ports.Clock
	log    *zap.Logger
	// known holds the ids of the keys that were read before.
	known map[string]bool
	// failing says that the last attempt failed, so that the next one says nothing new.
	failing bool
}

func newKeyWatch(reload *application.ReloadKeys, list *application.ListKeys, audit ports.AuditLog, now ports.Clock,
	log *zap.Logger,
) *keyWatch {
	w := &keyWatch{reload: reload, list: list, audit: audit, now: now, log: log, known: map[string]bool{}}
	for _, k := range list.Do() {
		w.known[k.ID] = true
	}
	return w
}

func (w *keyWatch) look(ctx context.Context) {
	changed, err := w.reload.Do()
	switch {
	case err != nil && !w.failing:
		w.log.Warn("signing keys could not be read again, those that were read last stay in use", zap.Error(err))
	case err == nil && w.failing:
		w.log.Info("signing keys can be read again")
	}
	w.failing = err != nil
	if changed {
		w.tell(ctx)
	}
}

func (w *keyWatch) tell(ctx context.Context) {
	var keys []string
	for _, k := range w.list.Do() {
		keys = append(keys, k.ID+" "+string(k.Use))
		if !w.known[k.ID] {
			w.known[k.ID] = true
			w.audit.Record(ctx, domain.Event{Kind: domain.EventKeyAdded, At: w.now(), Detail: k.Algorithm + " " + k.ID})
		}
	}
	w.log.Info("the keys of tokens have changed", zap.Strings("keys", keys))
	warnOfKeys(w.list, w.log)
}
