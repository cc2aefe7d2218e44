package mysql

import (
	"errors"
	"slices"
	"strings"

	"github.com/go-sql-driver/mysql"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
)

// Numbers of errors, which say more than their SQLSTATE, since that is HY000 for most of what can happen.
const (
	noSuchTable     = 1146
	unknownVariable = 1193
	lockWaitTimeout = 1205
	deadlock        = 1213
	recordChanged   = 1020
	lockNotTaken    = 3572
	unknown         = 1105
	writeConflict   = 9007 // TiDB
	staleWrite      = 8005 // TiDB
	retryable       = 8022 // TiDB
	schemaChanged   = 8028 // TiDB
)

// tooContended is what TiDB says by an unknown error, after having tried the same statement hundreds of times by itself.
const tooContended = "pessimistic lock retry limit reached"

var (
	conflicts = []uint16{deadlock, recordChanged, writeConflict, staleWrite, retryable, schemaChanged}
	// wrong are the statements and data that HY000 calls wrong: no default, no text of the character set, unknown variable.
	wrong = []uint16{1364, 1366, unknownVariable}
	// refused is what an operator can mend, though its class is that of wrong statements: no right to the database, no such
	// database, and too many connections or statements of this user.
	refused = []uint16{1044, 1049, 1203, 1226}
)

// classify goes by the error's number, and by the class of its SQLSTATE. What is not the server's own word is a broken or
// missing connection.
func classify(err error) gormstore.Kind {
	said, ok := errors.AsType[*mysql.MySQLError](err)
	switch {
	case !ok:
		return gormstore.Unavailable
	case slices.Contains(conflicts, said.Number), said.Number == unknown && strings.Contains(said.Message, tooContended):
		return gormstore.Conflict
	case slices.Contains(wrong, said.Number):
		return gormstore.Bug
	case slices.Contains(refused, said.Number):
		return gormstore.Unavailable
	}
	switch string(said.SQLState[:2]) {
	case "21", "22", "23", "42": // a statement or its data are wrong
		return gormstore.Bug
	default:
		return gormstore.Unavailable
	}
}

// number returns the number of the server's error, 0 if err is not the server's.
func number(err error) uint16 {
	if said, ok := errors.AsType[*mysql.MySQLError](err); ok {
		return said.Number
	}
	return 0
}
