package domain

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
)

// Attempt says what is tried, in a form that tells nothing about it: Account is a digest, Network the address, or of
// IPv6 the /64, which is what one subscriber has.
type Attempt struct{ Account, Network string }

// NewAttempt returns what a client tries: the password of the user with this id, or where there is none of the address
// that was typed. An address in another letter case is the same.
func NewAttempt(userID, email string, c Client) Attempt {
	return Attempt{Account: AccountDigest(userID, email), Network: Network(c.Address)}
}

// AccountDigest is the Account of attempts on a user, or on an address that is nobody's. People type passwords into the
// wrong field, so the text itself is kept nowhere.
func AccountDigest(userID, email string) string {
	text := "user:" + userID
	if userID == "" {
		text = "email:" + FoldEmail(email)
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16])
}

const subscriberBits = 64

// Network is the address, or of IPv6 the /64, by which attempts from it are counted.
func Network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return cmp.Or(address, "unknown")
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is4() {
		return ip.String()
	}
	prefix, _ := ip.Prefix(subscriberBits)
	return prefix.String()
}
