package configs

import (
	"crypto/x509"
	"errors"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// samplers are the standard names of the ways to choose which requests are followed.
var samplers = []string{
	"always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio",
}

const otlpEndpoints = "the http or https URL of a collector, such as http://127.0.0.1:4318, without a query"

func endpointOK(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && u.User == nil &&
		u.RawQuery == "" && !u.ForceQuery && u.Fragment == ""
}

// hasUserinfo reports whether a password may stand in an address, so that it is not repeated.
func hasUserinfo(text string) bool { return strings.Contains(text, "@") }

// Traced reports whether requests are followed: a collector is named, and neither of OpenTelemetry's switches is off.
func (c Config) Traced() bool {
	return c.OTLPEndpoint != "" && c.TracesExporter != "none" && !c.TracesDisabled
}

func (c Config) checkTracing(in input) {
	if hasUserinfo(c.OTLPEndpoint) {
		in.mistakes.add("OTEL_EXPORTER_OTLP_ENDPOINT", "has an @ in it, must be %s: credentials belong into OTEL_EXPORTER_OTLP_HEADERS",
			otlpEndpoints)
	}
	in.checkPair("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", c.OTLPClientCertificate, "OTEL_EXPORTER_OTLP_CLIENT_KEY", c.OTLPClientKey)
	c.checkCollector(in)
}

// checkCollector judges how the collector is known from others. Over plain HTTP it is not, whatever an operator who names a
// certificate believes.
func (c Config) checkCollector(in input) {
	plain := strings.HasPrefix(strings.ToLower(c.OTLPEndpoint), "http:")
	if plain && (c.OTLPCertificate != "" || c.OTLPClientCertificate != "") {
		in.mistakes.add("OTEL_EXPORTER_OTLP_ENDPOINT", "is an http URL, must be an https URL when a certificate is set")
	}
	if c.OTLPCertificate == "" {
		return
	}
	if _, err := c.Collectors(); err != nil {
		in.mistakes.add("OTEL_EXPORTER_OTLP_CERTIFICATE", "cannot be used (%q), must be certificates in a readable PEM file", err.Error())
	}
}

// Collectors returns the authorities that a collector's certificate may come from, nil for those of the system. An error
// says that OTEL_EXPORTER_OTLP_CERTIFICATE cannot be read, or holds none.
func (c Config) Collectors() (*x509.CertPool, error) {
	if c.OTLPCertificate == "" {
		return nil, nil
	}
	text, err := os.ReadFile(c.OTLPCertificate)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, errors.New("there is no certificate in it")
	}
	return pool, nil
}

// Header is one header of what is sent to a collector.
type Header struct {
	Name  string
	Value domain.Secret
}

// Headers is a list of headers, "name=value" each, separated by commas, with percent-encoded values.
type Headers []Header

var headerForm = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")

// UnmarshalText reads the list. A name is one of HTTP, and a value may be empty but not break a line.
func (h *Headers) UnmarshalText(text []byte) error {
	return pairs(string(text), func(name, value string) bool {
		*h = append(*h, Header{name, domain.NewSecret(value)})
		return headerForm.MatchString(name)
	})
}

// String returns the names, with a mask for each value.
func (h Headers) String() string {
	texts := make([]string, len(h))
	for i, header := range h {
		texts[i] = header.Name + "=" + header.Value.String()
	}
	return strings.Join(texts, ",")
}

// Attribute says one thing of what sends traces: where it runs, say.
type Attribute struct{ Name, Value string }

// Attributes is a list of attributes, in the form of Headers.
type Attributes []Attribute

// UnmarshalText reads the list.
func (a *Attributes) UnmarshalText(text []byte) error {
	return pairs(string(text), func(name, value string) bool {
		*a = append(*a, Attribute{name, value})
		return true
	})
}

// String returns the form that UnmarshalText reads.
func (a Attributes) String() string {
	texts := make([]string, len(a))
	for i, attribute := range a {
		texts[i] = attribute.Name + "=" + url.PathEscape(attribute.Value)
	}
	return strings.Join(texts, ",")
}

// maxPairText bounds a name and a value, in characters.
const maxPairText = 4096

// pairs hands over each pair of a list, white space around its two halves not counting.
func pairs(list string, take func(name, value string) bool) error {
	for item := range strings.SplitSeq(list, ",") {
		name, value, found := strings.Cut(item, "=")
		name = strings.TrimSpace(name)
		value, err := url.PathUnescape(strings.TrimSpace(value))
		clean := domain.CleanText(name, maxPairText) && domain.CleanText(value, maxPairText)
		if !found || name == "" || err != nil || !clean || !take(name, value) {
			return errValue
		}
	}
	return nil
}

// Ratio is a number from 0 to 1.
type Ratio float64

// UnmarshalText reads the number.
func (r *Ratio) UnmarshalText(text []byte) error {
	value, err := strconv.ParseFloat(string(text), 64)
	if err != nil || !(value >= 0 && value <= 1) {
		return errValue
	}
	*r = Ratio(value)
	return nil
}

// String returns the form that UnmarshalText reads.
func (r Ratio) String() string { return strconv.FormatFloat(float64(r), 'f', -1, 64) }
