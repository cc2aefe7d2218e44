// Package contract holds the suites that every adapter passes, one a port, or one for the ports that share a storage.
// Each checks the sentences in the comments of its ports, and nothing that another lawful adapter could do otherwise.
// A suite takes a function that opens what it tests, so an adapter's own test is a call of the suite. It may import
// the domain, the ports and the standard library only.
package contract
