package ha

import (
	"net/http"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/crowd"
	"github.com/vidaplus/vidaplus-auth/test/program"
)

// breath is how long a member of the crowd waits after it was served, so that the cluster is busy and not starved.
const breath = 20 * time.Millisecond

// gathered starts two replicas on the cluster, with a crowd.
func gathered(t *testing.T, database string) *crowd.Crowd {
	t.Helper()
	binary, err := program.Build(t.TempDir(), "vidaplus-auth")
	if err != nil {
		t.Fatal(err)
	}
	replicas := make([]*program.Process, 2)
	for i := range replicas {
		replicas[i] = &program.Process{
			T: t, Program: binary, Dir: t.TempDir(), Env: program.Environment(database, "LOG_LEVEL=warn"),
		}
		replicas[i].Start()
	}
	replicas[0].AddUser(crowd.Maria, crowd.Password)
	return crowd.Gather(t, breath, replicas...)
}

// nobodyWasTurnedAway checks that every member was answered with a token or told to come again, and that the last token
// that was acknowledged to it is still good.
func nobodyWasTurnedAway(t *testing.T, members *crowd.Crowd) {
	t.Helper()
	t.Logf("answers: %d with a token, %d to come again, %d none",
		members.Count(http.StatusOK), members.Count(http.StatusServiceUnavailable), members.Count(0))
	members.LostNothing()
}
