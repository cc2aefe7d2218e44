// Package sqlite opens, tunes and migrates an embedded SQLite database. The stores themselves are those of package
// gormstore; what stands here is what only this engine needs. One connection does everything, since SQLite has one
// writer anyway; other processes, such as the commands, wait for their turn at the file.
package sqlite

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"time"

	gormsqlite "gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
)

// Memory is the path of a database that lives no longer than the process.
const Memory = ":memory:"

// Database is one open SQLite database.
type Database struct{ engine gormstore.Engine }

// Open opens the database in the file at path, or Memory, and makes the file, readable by its owner only, if there is
// none. timeout is how long a call of a store may take.
func Open(path string, timeout time.Duration) (*Database, error) {
	if path != Memory {
		if err := create(path); err != nil {
			return nil, fmt.Errorf("open the database: %w", err)
		}
	}
	db, err := openFile(dsn(path, timeout))
	if err != nil {
		return nil, fmt.Errorf("open the database %s: %w", path, err)
	}
	conns, err := db.DB()
	if err != nil {
		return nil, fmt.Errorf("open the database %s: %w", path, err)
	}
	conns.SetMaxOpenConns(1)
	d := &Database{}
	d.engine = gormstore.Engine{
		DB: db, Timeout: timeout, Ready: ready, Classify: classify, Returning: true, RotateAll: d.rotateAll,
		CountLive: d.countLive,
	}
	return d, nil
}

const (
	openTries = 50
	openPause = 20 * time.Millisecond
)

// openFile tries again while the file is busy: SQLite does not wait for its turn when another process, which started at
// the same moment, turns the write-ahead log on.
func openFile(dsn string) (db *gorm.DB, err error) {
	for range openTries {
		db, err = gorm.Open(dialector{gormsqlite.Dialector{DriverName: "sqlite", DSN: dsn}}, gormstore.Config(""))
		if code(err)&0xff != lib.SQLITE_BUSY {
			break
		}
		time.Sleep(openPause)
	}
	return db, err
}

// create makes an empty file, which is an empty database. SQLite itself would let everybody read it, and it holds
// password hashes. The files that SQLite puts beside it get the same mode.
func create(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return file.Close()
}

// dsn tunes the connection. What a commit has acknowledged survives a power cut (synchronous FULL with a write-ahead
// log); a transaction takes the right to write at its beginning, so that it is never refused halfway.
func dsn(path string, timeout time.Duration) string {
	options := url.Values{
		"_pragma": {
			fmt.Sprintf("busy_timeout(%d)", timeout.Milliseconds()), "journal_mode(WAL)", "synchronous(FULL)",
		},
		"_txlock":              {"immediate"},
		"_time_integer_format": {"unix_micro"},
		"_inttotime":           {"1"},
	}
	return "file:" + url.PathEscape(path) + "?" + options.Encode()
}

// Engine is what the stores work on.
func (d *Database) Engine() gormstore.Engine { return d.engine }

// Close closes the database. What was committed stays.
func (d *Database) Close(context.Context) error {
	conns, err := d.engine.DB.DB()
	if err != nil {
		return err
	}
	return conns.Close()
}

// ready takes the right to write for a moment, and changes nothing.
func ready(db *gorm.DB) error {
	return db.Transaction(func(*gorm.DB) error { return nil })
}

// dialector is GORM's own, which knows another driver's errors only.
type dialector struct{ gormsqlite.Dialector }

// Translate implements gorm.ErrorTranslator.
func (dialector) Translate(err error) error {
	switch code(err) {
	case lib.SQLITE_CONSTRAINT_UNIQUE, lib.SQLITE_CONSTRAINT_PRIMARYKEY:
		return gorm.ErrDuplicatedKey
	default:
		return err
	}
}

// code returns SQLite's extended result code, 0 if err is not SQLite's.
func code(err error) int {
	if said, ok := errors.AsType[*sqlite.Error](err); ok {
		return said.Code()
	}
	return 0
}

// classify goes by the primary result code. A database that is locked, full, broken or not to be read cannot serve; a
// statement that is wrong stays so.
func classify(err error) gormstore.Kind {
	switch code(err) & 0xff {
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED, lib.SQLITE_IOERR, lib.SQLITE_FULL, lib.SQLITE_CANTOPEN, lib.SQLITE_READONLY,
		lib.SQLITE_INTERRUPT, lib.SQLITE_NOMEM, lib.SQLITE_CORRUPT, lib.SQLITE_NOTADB, lib.SQLITE_PROTOCOL,
		lib.SQLITE_PERM, lib.SQLITE_ABORT, lib.SQLITE_NOLFS:
		return gormstore.Unavailable
	default:
		return gormstore.Bug
	}
}
