// Package contract holds the suites that every adapter passes, one a port: each checks the sentences in the comments
// of its port, and nothing that another lawful adapter could do otherwise. A suite takes a function that opens what it
// tests, so an adapter's own test is a call of the suite. It may import the domain, the ports and the standard
// library only.
package contract
