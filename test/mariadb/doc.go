// Package mariadb gives tests a real MariaDB, which stands for the MySQL family as package pg's server stands for
// PostgreSQL.
//
// The server is the one that TEST_MYSQL_URL names: a URL mysql://USER:PASSWORD@HOST:PORT/NAME whose user may create
// databases, on a MariaDB, a MySQL or a TiDB. Without it, and for what MariaDB alone does, a throw-away server is started
// from installed programs, at most one a test process and only when a test asks for it. It is as lax as a server may be
// set up: it cuts what is too long, compares without letter case, and has its clock in another zone, so that whatever the
// service needs it has to ask for.
// It listens on the loopback address only, asks for no password, and keeps what it commits through a crash.
//
// Where MariaDB is not installed these tests are left out, unless CI is set. The package uses nothing of the service and
// is for tests only.
package mariadb
