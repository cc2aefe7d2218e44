package mysql

import "database/sql"

// Older compares versions.
func Older(version string, than [2]int) bool { return older(version, than) }

// Durable judges a server's settings.
func Durable(flush, sync int, binary bool) error { return durable(flush, sync, binary) }

// RefuseHeld makes shared commits as TiDB does them.
func (d *Database) RefuseHeld() { d.server = tiDB }

// Held says what a shared commit does about a session that somebody holds.
func (d *Database) Held() string { return d.held() }

// Ask makes a setting on each connection from now on.
func (d *Database) Ask(setting string) {
	_ = d.conns.Close()
	d.connector.settings = append(d.connector.settings, setting)
	d.conns = sql.OpenDB(d.connector)
}
