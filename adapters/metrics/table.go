package metrics

import (
	"maps"
	"sync"
	"sync/atomic"
)

// table finds what belongs to a key without a lock and without garbage: a metric is looked up for every request, and the
// library's own look-up of labels takes both. The first time a key is asked for, all are copied, so a table is for few
// keys that are asked for often.
type table[K comparable, V any] struct {
	known  atomic.Pointer[map[K]V]
	adding sync.Mutex
	create func(K) V
}

func newTable[K comparable, V any](create func(K) V, keys ...K) *table[K, V] {
	known := make(map[K]V, len(keys))
	for _, key := range keys {
		known[key] = create(key)
	}
	t := &table[K, V]{create: create}
	t.known.Store(&known)
	return t
}

func (t *table[K, V]) at(key K) V {
	if value, known := (*t.known.Load())[key]; known {
		return value
	}
	return t.add(key)
}

func (t *table[K, V]) add(key K) V {
	t.adding.Lock()
	defer t.adding.Unlock()
	known := *t.known.Load()
	if value, added := known[key]; added {
		return value
	}
	more := maps.Clone(known)
	more[key] = t.create(key)
	t.known.Store(&more)
	return more[key]
}
