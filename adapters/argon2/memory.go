package argon2

import "time"

// quiet is how long after the last hash its memory goes back to the operating system.
const quiet = time.Second

// newRelease makes the timer that each hash sets anew when it ends. Hashes leave 64 MiB of garbage each by default,
// which an idle program would hold for minutes: nothing else makes it collect. A collection after each hash would
// slow down a rush of log-ins; one after the rush costs them nothing.
func newRelease(release func()) *time.Timer {
	timer := time.AfterFunc(quiet, release)
	timer.Stop()
	return timer
}
