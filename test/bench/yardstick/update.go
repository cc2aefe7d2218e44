package main

import (
	"context"

	"gorm.io/driver/postgres"
	gormsqlite "gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	_ "modernc.org/sqlite" // the driver that ours uses
)

// connections is how many ours may have by default.
const connections = 20

func openPostgres(url string) (swap, error) {
	return openGORM(postgres.Open(url), connections)
}

// openSQLite keeps what it has acknowledged through a power cut, as ours does, and has one connection, as ours has:
// SQLite has one writer anyway.
func openSQLite(path string) (swap, error) {
	dsn := "file:" + path + "?_pragma=busy_timeout(2000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"
	return openGORM(gormsqlite.Dialector{DriverName: "sqlite", DSN: dsn}, 1)
}

func openGORM(dialector gorm.Dialector, connections int) (swap, error) {
	db, err := gorm.Open(dialector, &gorm.Config{Logger: logger.Discard})
	if err != nil {
		return nil, err
	}
	pool, err := db.DB()
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(connections)
	pool.SetMaxIdleConns(connections)
	return func(ctx context.Context, id, presented, next string) (bool, error) {
		done := db.WithContext(ctx).Exec("UPDATE yardstick SET jti = ? WHERE id = ? AND jti = ?", next, id, presented)
		return done.RowsAffected == 1, done.Error
	}, nil
}
