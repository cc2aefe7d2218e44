// Package mysql opens, tunes and migrates a database of the MySQL family: MariaDB, MySQL, or TiDB, which spreads one over
// many machines. The stores themselves are those of package gormstore; what stands here is what only this family needs or
// can do. All tables live in the database that DATABASE_URL names.
package mysql

import (
	"context"
	"database/sql"
	"errors"
	"time"

	gormmysql "gorm.io/driver/mysql"
	"gorm.io/gorm"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/domain"
)

// Database is a pool of connections to one database.
type Database struct {
	conns     *sql.DB
	connector connector
	engine    gormstore.Engine
	// server is which one of the family it is known to be: nothing, until checkServer has asked.
	server string
}

// connLifetime is after how long a connection is made anew, so that a name that has come to mean another server is
// noticed.
const connLifetime = time.Hour

// Open prepares a pool of up to maxConns connections. It does not connect yet: a server that is not there is noticed
// by the first call. timeout is how long a call of a store, and a connection attempt, may take.
func Open(url domain.Secret, maxConns int, timeout time.Duration) (*Database, error) {
	connector, err := newConnector(url, timeout)
	if err != nil {
		return nil, err
	}
	conns := sql.OpenDB(connector)
	conns.SetMaxOpenConns(maxConns)
	conns.SetMaxIdleConns(maxConns)
	conns.SetConnMaxLifetime(connLifetime)
	settings := gormstore.Config("")
	settings.DisableAutomaticPing = true
	db, err := gorm.Open(gormmysql.New(gormmysql.Config{
		Conn: conns, SkipInitializeWithVersion: true, DontSupportForShareClause: true,
	}), settings)
	if err != nil {
		_ = conns.Close()
		return nil, err
	}
	d := &Database{conns: conns, connector: connector}
	d.engine = gormstore.Engine{
		DB: db, Timeout: timeout, Ready: writable, Classify: classify, RotateAll: d.rotateAll, Durable: d.flushed,
		HoldTurn: d.holdTurn,
	}
	return d, nil
}

// Engine is what the stores work on.
func (d *Database) Engine() gormstore.Engine { return d.engine }

// Close gives all connections back. What was committed stays.
func (d *Database) Close(context.Context) error { return d.conns.Close() }

// writable asks the server a question that a replica, which serves no rotation, answers with no.
func writable(db *gorm.DB) error {
	var readOnly string
	if err := db.Raw("SELECT @@GLOBAL.read_only /*T! OR @@GLOBAL.tidb_super_read_only */").Scan(&readOnly).Error; err != nil {
		return err
	}
	if readOnly != "0" && readOnly != "OFF" {
		return errReadOnly
	}
	return nil
}

// flushed commits something of its own. Without a binary log InnoDB shows a commit to others before it has flushed it; a
// later commit flushes both. TiDB shows nothing before a majority has flushed it.
func (d *Database) flushed(db *gorm.DB) error {
	if d.server == tiDB {
		return nil
	}
	return db.Exec("INSERT INTO flushes (id, counted) VALUES (CONNECTION_ID() % 64, 1) " +
		"ON DUPLICATE KEY UPDATE counted = counted + 1").Error
}

var errReadOnly = errors.New("the server is read-only")
