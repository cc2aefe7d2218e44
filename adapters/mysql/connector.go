package mysql

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"github.com/go-sql-driver/mysql"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// connector makes connections that behave alike, whatever the server's own settings are.
type connector struct {
	driver.Connector
	timeout  time.Duration
	settings []string
}

func newConnector(url domain.Secret, timeout time.Duration) (connector, error) {
	config, err := parse(url)
	if err != nil {
		return connector{}, fmt.Errorf("DATABASE_URL: %w", err)
	}
	config.ParseTime, config.Loc, config.Collation = true, time.UTC, "utf8mb4_bin"
	// A row that is found counts, whether or not it changed.
	config.ClientFoundRows = true
	// One round trip a statement instead of three. The driver quotes by what the connection's character set says.
	config.InterpolateParams = true
	// A connection to what has become a replica is given up.
	config.RejectReadOnly = true
	// What goes wrong comes back as an error.
	config.Logger = &mysql.NopLogger{}
	inner, err := mysql.NewConnector(config)
	if err != nil {
		return connector{}, fmt.Errorf("DATABASE_URL: %w", errOptions)
	}
	return connector{inner, timeout, settings(timeout)}, nil
}

// settings are made on each connection: text that is too long is an error, a statement sees what was committed before it
// began, and whoever waits for a row gives up with its caller, to the second.
func settings(timeout time.Duration) []string {
	return []string{
		"SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
		fmt.Sprintf("SET SESSION autocommit = 1, time_zone = '+00:00', innodb_lock_wait_timeout = %d, sql_mode = '%s'"+onTiDB,
			max(1, int(timeout.Seconds())), sqlMode),
	}
}

// onTiDB is a comment to every server but TiDB. It asks for locks that are taken at once rather than looked at when a
// transaction commits, for an exclusive one where a shared one is meant, which TiDB would leave out, and for duplicates to
// be found by the statement that makes one.
const onTiDB = " /*T! , tidb_txn_mode = 'pessimistic', tidb_enable_shared_lock_promotion = ON, " +
	"tidb_constraint_check_in_place_pessimistic = ON */"

// unable explains why a connection could not be set up.
func unable(err error) error {
	if number(err) == unknownVariable {
		return fmt.Errorf("the server does not know a setting that it needs (TiDB must be 8.3 or newer): %w", err)
	}
	return err
}

const sqlMode = "STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"

// Connect implements driver.Connector.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	executor, able := conn.(driver.ExecerContext)
	if !able {
		return nil, errors.Join(errors.New("the driver cannot set up a connection"), conn.Close())
	}
	for _, setting := range c.settings {
		if _, err := executor.ExecContext(ctx, setting, nil); err != nil {
			_ = conn.Close()
			return nil, unable(err)
		}
	}
	return conn, nil
}
