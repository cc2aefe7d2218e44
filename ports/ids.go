package ports

// IDs makes identifiers that were never made before.
type IDs interface {
	// New returns an opaque id of at most 64 characters of [A-Za-z0-9-]. Later ids sort after earlier ones, roughly.
	New() string
	// Random returns 128 bits from the operating system's generator, in unpadded base64url.
	Random() string
}
