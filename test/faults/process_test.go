package faults

import (
	"syscall"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/pg"
)

func TestReplica_KilledInMidBatchLogsNobodyOut(t *testing.T) {
	services := replicas(t, 2, pg.Database(t))
	killed := services[0]
	endures(t, fault{
		name:       "a replica of two is killed (SIGKILL) in mid-batch, and started again 2 s later",
		begin:      func() { killed.stop(syscall.SIGKILL) },
		end:        killed.start,
		lasts:      2 * time.Second,
		serves:     true,
		unanswered: true,
	}, services...)
}
