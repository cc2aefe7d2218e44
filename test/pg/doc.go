// Package pg gives tests a real PostgreSQL, because SQLite never stands in for it: a race that SQLite cannot show is a
// race that PostgreSQL loses.
//
// The server is the one that TEST_DATABASE_URL names: a URL whose user may create databases. Without it a throw-away
// server is started from installed binaries, at most one a test process and only when a test asks for it. As root the
// server runs as another user, since PostgreSQL refuses to run as root. It listens on the loopback address only,
// asks for no password, and keeps what it commits through a crash, as a server in production does.
//
// What a throw-away server is, and that it goes with the test process, is in package daemon. The package uses nothing of the
// service and is for tests only, and for the program that measures.
package pg
