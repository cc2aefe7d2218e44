package pg

import (
	"testing"

	"github.com/vidaplus/vidaplus-auth/test/daemon"
)

func TestServers_KeepTheContract(t *testing.T) {
	daemon.Contract(t, kind, "postgres://u:p@h:5432/db?sslmode=disable",
		"host=localhost", "postgres://u:hunter2@h:port/db", "mysql://h/db", "postgres://h")
}
