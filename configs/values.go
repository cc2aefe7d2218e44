package configs

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// The variable's rule says what would be right, so that these errors need no text of their own.
var errValue = errors.New("value cannot be used")

// Secrets is a list of keys. As text it is separated by commas, white space around a key not counting, or has one key
// a line, taken as it is, when it holds a line break.
type Secrets []domain.Secret

// UnmarshalText reads the list. A key between two commas may not be empty, empty lines are skipped, and
// there must be a key at all.
func (s *Secrets) UnmarshalText(text []byte) error {
	if strings.Contains(string(text), "\n") {
		for line := range strings.SplitSeq(string(text), "\n") {
			if line = strings.TrimSuffix(line, "\r"); line != "" {
				*s = append(*s, domain.NewSecret(line))
			}
		}
		if len(*s) == 0 {
			return errValue
		}
		return nil
	}
	for item := range strings.SplitSeq(string(text), ",") {
		if item = strings.TrimSpace(item); item == "" {
			return errValue
		}
		*s = append(*s, domain.NewSecret(item))
	}
	return nil
}

// String returns a mask for each key.
func (s Secrets) String() string { return joined(s) }

// Untracked says which tokens without a session are taken in: "true", "false", or an RFC 3339 instant.
type Untracked domain.UntrackedPolicy

// UnmarshalText reads one of the three forms.
func (u *Untracked) UnmarshalText(text []byte) error {
	switch string(text) {
	case "true", "false":
		*u = Untracked{Accept: string(text) == "true"}
		return nil
	}
	until, err := time.Parse(time.RFC3339, string(text))
	if err != nil || until.IsZero() {
		return errValue
	}
	*u = Untracked{Accept: true, Until: until.UTC()}
	return nil
}

// String returns the form that UnmarshalText reads.
func (u Untracked) String() string {
	if u.Accept && !u.Until.IsZero() {
		return u.Until.Format(time.RFC3339Nano)
	}
	return strconv.FormatBool(u.Accept)
}

// Networks is a list of address ranges, separated by commas.
type Networks []netip.Prefix

// UnmarshalText reads CIDRs. An address alone is the range of that address. A range of IPv4 addresses written as IPv6
// is refused: it would match no client.
func (n *Networks) UnmarshalText(text []byte) error {
	for item := range strings.SplitSeq(string(text), ",") {
		prefix, err := parseNetwork(strings.TrimSpace(item))
		if err != nil {
			return errValue
		}
		*n = append(*n, prefix)
	}
	return nil
}

func parseNetwork(text string) (netip.Prefix, error) {
	if !strings.Contains(text, "/") {
		addr, err := netip.ParseAddr(text)
		if err != nil || addr.Zone() != "" {
			return netip.Prefix{}, errValue
		}
		addr = addr.Unmap()
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(text)
	if err != nil || prefix.Addr().Is4In6() {
		return netip.Prefix{}, errValue
	}
	return prefix.Masked(), nil
}

// String returns the form that UnmarshalText reads.
func (n Networks) String() string { return joined(n) }

// Argon2Params is the cost of an Argon2id hash: Memory in KiB, Time in passes, Threads in lanes.
type Argon2Params struct {
	Memory  uint32
	Time    uint32
	Threads uint8
}

var argon2Form = regexp.MustCompile(`^m=([1-9][0-9]{0,6}),t=([1-9][0-9]?),p=([1-9][0-9]?)$`)

// UnmarshalText reads "m=…,t=…,p=…", in this order and within the bounds of what one log-in may cost. RFC 9106 asks
// for at least 8 KiB of memory a lane.
func (a *Argon2Params) UnmarshalText(text []byte) error {
	match := argon2Form.FindStringSubmatch(string(text))
	if match == nil {
		return errValue
	}
	m, _ := strconv.ParseUint(match[1], 10, 32)
	t, _ := strconv.ParseUint(match[2], 10, 32)
	p, _ := strconv.ParseUint(match[3], 10, 8)
	if m > 1<<20 || m < 8*p || t > 16 || p > 16 {
		return errValue
	}
	*a = Argon2Params{Memory: uint32(m), Time: uint32(t), Threads: uint8(p)}
	return nil
}

// String returns the form that UnmarshalText reads.
func (a Argon2Params) String() string {
	return fmt.Sprintf("m=%d,t=%d,p=%d", a.Memory, a.Time, a.Threads)
}

func joined[T any](items []T) string {
	texts := make([]string, len(items))
	for i, item := range items {
		texts[i] = fmt.Sprint(item)
	}
	return strings.Join(texts, ",")
}
