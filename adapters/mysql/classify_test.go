package mysql

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/go-sql-driver/mysql"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
)

func TestClassify_GoesByWhatTheServerSays(t *testing.T) {
	type said struct {
		number uint16
		state  string
	}
	kinds := map[gormstore.Kind][]said{
		gormstore.Conflict: {
			{1213, "40001"},                                   // deadlock
			{1020, "HY000"},                                   // record has changed since last read
			{9007, "HY000"}, {8022, "HY000"}, {8028, "HY000"}, // TiDB: write conflict, retryable, schema changed
			{8005, "HY000"}, // TiDB: write conflict found late
		},
		gormstore.Unavailable: {
			{1205, "HY000"}, {3572, "HY000"}, // a lock was not had
			{1290, "HY000"}, {1836, "HY000"}, {1792, "25006"}, // read-only
			{1045, "28000"}, {1044, "42000"}, {1049, "42000"}, // wrong password, no right, no such database
			{1040, "08004"}, {1203, "42000"}, {1226, "42000"}, // too many connections
			{1053, "08S01"}, {1317, "70100"}, {1927, "70100"}, // shutting down, interrupted, killed
			{9001, "HY000"}, {9002, "HY000"}, {9003, "HY000"}, // TiDB: its clock or its store is too slow or too busy
			{9005, "HY000"}, {8027, "HY000"}, {8229, "HY000"}, {1105, "HY000"}, // TiDB: no region, old schema, lock expired, unknown
			{1021, "HY000"}, {1114, "HY000"}, {3, "HY000"}, // disk full, table full, error writing a file
		},
		gormstore.Bug: {
			{1064, "42000"}, {1146, "42S02"}, {1054, "42S22"}, {1142, "42000"}, // syntax, no such table or column, no right to it
			{1406, "22001"}, {1366, "22007"}, {1366, "HY000"}, {1292, "22007"}, // too long, no text, no time
			{1048, "23000"}, {1062, "23000"}, {1364, "HY000"}, // NULL, duplicate, no default
			{1242, "21000"}, {1193, "HY000"}, // more than one row, no such variable
		},
	}
	for want, all := range kinds {
		for _, s := range all {
			err := &mysql.MySQLError{Number: s.number, SQLState: [5]byte([]byte(s.state))}
			if got := classify(fmt.Errorf("query: %w", err)); got != want {
				t.Errorf("%d (%s) is of kind %d, want %d", s.number, s.state, got, want)
			}
		}
	}
}

// TiDB has no number for it.
func TestClassify_KnowsWhatTiDBGaveUpForOthersByItsText(t *testing.T) {
	gaveUp := &mysql.MySQLError{Number: 1105, SQLState: [5]byte([]byte("HY000")), Message: "pessimistic lock retry limit reached"}
	if got := classify(fmt.Errorf("query: %w", gaveUp)); got != gormstore.Conflict {
		t.Errorf("it is of kind %d, want %d", got, gormstore.Conflict)
	}
}

func TestClassify_WithoutAWordOfTheServersItIsTheConnection(t *testing.T) {
	for _, err := range []error{
		io.ErrUnexpectedEOF, context.DeadlineExceeded, errReadOnly, driver.ErrBadConn, mysql.ErrInvalidConn, errors.New("closed pool"),
	} {
		if got := classify(err); got != gormstore.Unavailable {
			t.Errorf("%v is of kind %d, want %d", err, got, gormstore.Unavailable)
		}
	}
}
