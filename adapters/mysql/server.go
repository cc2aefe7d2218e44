package mysql

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// The servers of the family.
const (
	mariaDB = "MariaDB"
	mySQL   = "MySQL"
	tiDB    = "TiDB"
)

// whichServer is asked in a way that TiDB, which may have been told to pretend another version, says that it is one: the
// comment is none to it.
const whichServer = "SELECT CONCAT(VERSION(), '' /*T! , '" + tiDB + "' */)"

// checkServer finds out which server of the family it is, and refuses one that cannot keep the stores' promises.
func (d *Database) checkServer(ctx context.Context) error {
	var version string
	if err := d.conns.QueryRowContext(ctx, whichServer).Scan(&version); err != nil {
		return fmt.Errorf("ask the server for its version: %w", err)
	}
	if strings.Contains(version, tiDB) {
		// newConnector has asked for what only a new one has.
		d.server = tiDB
		return nil
	}
	oldest := [2]int{8, 0}
	d.server = mySQL
	if strings.Contains(version, mariaDB) {
		oldest, d.server = [2]int{10, 6}, mariaDB
	}
	if older(version, oldest) {
		return fmt.Errorf("the server is %s %s, must be %d.%d or newer", d.server, version, oldest[0], oldest[1])
	}
	return d.checkDurable(ctx)
}

// older compares the first two numbers of a version.
func older(version string, than [2]int) bool {
	first, rest, _ := strings.Cut(version, ".")
	second, _, _ := strings.Cut(rest, ".")
	major, err := strconv.Atoi(first)
	minor, err2 := strconv.Atoi(second)
	return err != nil || err2 != nil || major < than[0] || major == than[0] && minor < than[1]
}

// checkDurable refuses a server that loses in a crash what it has acknowledged.
func (d *Database) checkDurable(ctx context.Context) error {
	var flush, sync int
	var binary bool
	err := d.conns.QueryRowContext(ctx, "SELECT @@GLOBAL.innodb_flush_log_at_trx_commit, @@GLOBAL.sync_binlog, @@GLOBAL.log_bin").
		Scan(&flush, &sync, &binary)
	if err != nil {
		return fmt.Errorf("ask the server how durable a commit is: %w", err)
	}
	return durable(flush, sync, binary)
}

func durable(flush, sync int, binary bool) error {
	switch {
	case flush != 1:
		return fmt.Errorf("the server loses commits in a crash: innodb_flush_log_at_trx_commit is %d, must be 1", flush)
	case binary && sync != 1:
		return fmt.Errorf("the server loses commits in a crash: sync_binlog is %d, must be 1 with a binary log", sync)
	default:
		return nil
	}
}
