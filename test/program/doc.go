// Package program builds the service and runs it as a process, for tests that know it from outside, as its users do.
package program
