package ports

import "time"

// Clock returns the present instant in UTC, in whole microseconds, which is what every storage can keep.
type Clock func() time.Time
