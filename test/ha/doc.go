// Package ha runs the built service on a cluster of three PostgreSQL servers under Patroni and etcd, kills primaries and
// standbys under load, and checks that nothing is lost that was acknowledged. `make ha` prints the times it measures.
package ha
