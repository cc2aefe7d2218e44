// Package ports holds the interfaces through which the use cases reach the world, one a file. Each method's comment is
// a promise, and the suite of the same name in test/contract checks every sentence of it, so an adapter is done when
// its suite passes.
//
// Every method that reaches a storage returns domain.ErrUnavailable when the storage cannot be reached, is too slow or
// cannot write, and never a refusal instead: whoever is told 401 because a database is down has been logged out.
// Texts handed to a store satisfy domain.CleanText, times are UTC in whole microseconds.
package ports
