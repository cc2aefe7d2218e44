// Package faults causes the faults that docs/reliability.md lists, one test a row: to the built program, with its default
// limits, under a crowd of clients that refresh as fast as they can and come again as they are told. Whatever happens,
// nobody is turned away who has a good token, nobody is let in who has none, every answer comes in time, no token that
// was handed out is lost, and the service goes on by itself once the fault is over.
package faults
