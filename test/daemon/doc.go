// Package daemon has what a throw-away server of tests needs, whichever server it is: a port, and somebody who ends it. It
// is for tests only.
package daemon
