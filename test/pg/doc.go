// Package pg gives tests a real PostgreSQL, because SQLite never stands in for it: a race that SQLite cannot show is a
// race that PostgreSQL loses.
//
// The server is the one that TEST_DATABASE_URL names: a URL whose user may create databases. Without it a throw-away
// cluster is started from installed binaries, at most one a test process and only when a test asks for it. As root the
// server runs as another user, since PostgreSQL refuses to run as root. A cluster listens on the loopback address only,
// asks for no password, and keeps what it commits through a crash, as a server in production does.
//
// A cluster and its folder go when the test process ends, however it ends: see daemon.Guard. The package uses nothing of the
// service and is for tests only, and for the program that measures.
package pg
