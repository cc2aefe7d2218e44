package mysql

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// checkServer finds out which server of the family it is, and refuses one that cannot keep the stores' promises.
func (d *Database) checkServer(ctx context.Context) error {
	var version string
	if err := d.conns.QueryRowContext(ctx, "SELECT VERSION()").Scan(&version); err != nil {
		return fmt.Errorf("ask the server for its version: %w", err)
	}
	if strings.Contains(version, "TiDB") {
		d.held = refuseHeld
		return d.checkTiDB(ctx)
	}
	oldest, name := [2]int{8, 0}, "MySQL"
	if strings.Contains(version, "MariaDB") {
		oldest, name = [2]int{10, 6}, "MariaDB"
	}
	if older(version, oldest) {
		return fmt.Errorf("the server is %s %s, must be %d.%d or newer", name, version, oldest[0], oldest[1])
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

// checkTiDB asks for real locks where the stores lock a row against being changed: TiDB ignores a shared lock unless it
// is told to take an exclusive one for it.
func (d *Database) checkTiDB(ctx context.Context) error {
	var promoted bool
	err := d.conns.QueryRowContext(ctx, "SELECT @@SESSION.tidb_enable_shared_lock_promotion").Scan(&promoted)
	if err != nil {
		return fmt.Errorf("ask TiDB, which must be 8.3 or newer, for tidb_enable_shared_lock_promotion: %w", err)
	}
	if !promoted {
		return errors.New("tidb_enable_shared_lock_promotion is OFF, must be ON: SET GLOBAL tidb_enable_shared_lock_promotion = ON")
	}
	return nil
}
