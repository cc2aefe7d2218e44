package mysql

import "context"

// Older compares versions.
func Older(version string, than [2]int) bool { return older(version, than) }

// Durable judges a server's settings.
func Durable(flush, sync int, binary bool) error { return durable(flush, sync, binary) }

// RefuseHeld makes shared commits as TiDB does them.
func (d *Database) RefuseHeld() { d.held = refuseHeld }

// CheckTiDB asks what TiDB is asked.
func (d *Database) CheckTiDB(ctx context.Context) error { return d.checkTiDB(ctx) }
