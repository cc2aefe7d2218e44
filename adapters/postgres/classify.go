package postgres

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
)

// classify goes by the class of the SQLSTATE. What is not the server's own word is a broken or missing connection.
func classify(err error) gormstore.Kind {
	var said *pgconn.PgError
	if !errors.As(err, &said) || len(said.Code) != 5 {
		return gormstore.Unavailable
	}
	switch said.Code[:2] {
	case "40": // transaction rollback: serialization failure, deadlock
		return gormstore.Conflict
	case "0A", "21", "22", "23", "42": // a statement or its data are wrong
		return gormstore.Bug
	default:
		return gormstore.Unavailable
	}
}
