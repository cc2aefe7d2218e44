// Package crowd is clients of the service as there are many: each has a session of its own, refreshes it as fast as it is
// served, and comes again as it is told. A test lets something happen to the service and asks the crowd what it saw.
package crowd
