// Package application holds the use cases: each is a struct of ports with one method Do. A use case orchestrates; what
// is allowed is decided by package domain, and how it is kept by an adapter. Nothing here logs, reads a clock of its
// own or knows HTTP: security events go to the audit log, failures go to the caller.
package application
