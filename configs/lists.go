package configs

import (
	"net/netip"
	"regexp"
	"strconv"
	"strings"

	"github.com/vidaplus/vidaplus-auth/domain"
)

const (
	// maxClientText bounds the id and the secret of an introspection client, in characters.
	maxClientText = 255
	// minClientSecret is the length of the shortest secret that is not warned about, in bytes: a machine's need not be
	// short.
	minClientSecret = 16
)

// Clients is a list of introspection clients, "id:secret" each. As text it is separated by commas or line breaks, white
// space around a pair not counting.
type Clients []domain.ClientCredentials

// UnmarshalText reads the list. Empty lines are skipped, but a pair between two commas may not be empty. An id may not
// be given twice, and neither it nor the secret may be empty or have white space beside the colon, which nobody means.
func (c *Clients) UnmarshalText(text []byte) error {
	seen := make(map[string]bool)
	for line := range strings.SplitSeq(string(text), "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		for pair := range strings.SplitSeq(line, ",") {
			id, secret, _ := strings.Cut(strings.TrimSpace(pair), ":")
			if !clientTextOK(id) || !clientTextOK(secret) || seen[id] {
				return errValue
			}
			seen[id] = true
			*c = append(*c, domain.ClientCredentials{ID: id, Secret: domain.NewSecret(secret)})
		}
	}
	if len(*c) == 0 {
		return errValue
	}
	return nil
}

func clientTextOK(text string) bool {
	return text != "" && strings.TrimSpace(text) == text && domain.CleanText(text, maxClientText)
}

// String returns the ids, with a mask for each secret.
func (c Clients) String() string {
	texts := make([]string, len(c))
	for i, client := range c {
		texts[i] = client.ID + ":" + client.Secret.String()
	}
	return strings.Join(texts, ",")
}

// Origins is a list of web origins (RFC 6454), separated by commas.
type Origins []string

// UnmarshalText reads origins as browsers send them, since they are compared as they are: a scheme of http or https, a
// host in lower case and ASCII, a port if it is not the scheme's own, and nothing else.
func (o *Origins) UnmarshalText(text []byte) error {
	for item := range strings.SplitSeq(string(text), ",") {
		item = strings.TrimSpace(item)
		if !originOK(item) {
			return errValue
		}
		*o = append(*o, item)
	}
	return nil
}

var (
	originForm = regexp.MustCompile(`^(https?)://([a-z0-9._-]+|\[[0-9a-f:]+\])(?::([1-9][0-9]{0,4}))?$`)
	ownPort    = map[string]string{"http": "80", "https": "443"}
)

func originOK(text string) bool {
	match := originForm.FindStringSubmatch(text)
	if match == nil {
		return false
	}
	scheme, host, port := match[1], match[2], match[3]
	if ip, bracketed := strings.CutPrefix(host, "["); bracketed {
		addr, err := netip.ParseAddr(strings.TrimSuffix(ip, "]"))
		if err != nil || "["+addr.String()+"]" != host {
			return false
		}
	}
	if port == "" {
		return true
	}
	_, err := strconv.ParseUint(port, 10, 16)
	return err == nil && port != ownPort[scheme]
}

// String returns the form that UnmarshalText reads.
func (o Origins) String() string { return strings.Join(o, ",") }
