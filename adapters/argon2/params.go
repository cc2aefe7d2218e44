package argon2

import (
	"errors"
	"fmt"
)

// Params is what an Argon2id hash costs.
type Params struct {
	// Memory in KiB.
	Memory uint32
	// Time is the number of passes over the memory.
	Time uint32
	// Threads is the number of lanes, which are worked on side by side.
	Threads uint8
}

// Bounds of what is hashed with, whether the parameters come from the configuration or from a stored hash. They keep
// a stored hash from taking more than 1 GiB. The lowest are RFC 9106's, too cheap for anything but tests.
const (
	minMemoryPerThread = 8
	maxMemory          = 1 << 20
	maxTime            = 16
	maxThreads         = 16
)

var errParams = errors.New("want m=KIB,t=PASSES,p=LANES with m from 8 to 1048576 and at least 8 times p, " +
	"t from 1 to 16 and p from 1 to 16, such as m=65536,t=3,p=4")

// ParseParams reads parameters in the only form that String writes. The error says which form and bounds it wants.
func ParseParams(text string) (Params, error) {
	var p Params
	_, err := fmt.Sscanf(text, "m=%d,t=%d,p=%d", &p.Memory, &p.Time, &p.Threads)
	// Sscanf forgives signs, leading zeros and whatever follows. String does not write them.
	if err != nil || p.String() != text || !p.bounded() {
		return Params{}, fmt.Errorf("%q are no Argon2id parameters: %w", text, errParams)
	}
	return p, nil
}

// String writes the parameters as PASSWORD_HASH and the PHC string form spell them.
func (p Params) String() string { return fmt.Sprintf("m=%d,t=%d,p=%d", p.Memory, p.Time, p.Threads) }

func (p Params) bounded() bool {
	return p.Threads >= 1 && p.Threads <= maxThreads &&
		p.Time >= 1 && p.Time <= maxTime &&
		p.Memory >= minMemoryPerThread*uint32(p.Threads) && p.Memory <= maxMemory
}
