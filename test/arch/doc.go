// Package arch holds the house's rules as ordinary tests: who may import whom, where fx may appear, and which folder
// names do not say what is inside. Everything is read off the files of the module, those of other systems included.
// It tests no behaviour and uses nothing of the service.
package arch
