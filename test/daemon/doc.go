// Package daemon gives tests throw-away database servers, whichever kind they are: a folder, a port, processes that can be
// stopped, killed and paused, and somebody who ends them, however the test process ends. A Kind says what differs. It is for
// tests only, and for the program that measures.
package daemon
