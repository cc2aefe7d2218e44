package contract

import (
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/ports"
)

// Clock checks the promise of ports.Clock. The clock must be the real one.
func Clock(t *testing.T, clock ports.Clock) {
	before := time.Now()
	at := clock()
	after := time.Now()
	if at.Location() != time.UTC {
		t.Errorf("the instant is in %v, want UTC", at.Location())
	}
	if at.Nanosecond()%int(time.Microsecond) != 0 {
		t.Errorf("the instant %v has more than whole microseconds", at)
	}
	if at.Before(before.Truncate(time.Microsecond)) || at.After(after) {
		t.Errorf("the instant is %v, want one between %v and %v", at, before, after)
	}
}
