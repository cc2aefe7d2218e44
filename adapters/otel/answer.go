package otel

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

// How long to wait between two tries: twice as long each time, less up to a half by chance, so that replicas which lost
// their collector together do not come back together. All tries share OTEL_EXPORTER_OTLP_TIMEOUT.
const (
	firstDelay   = time.Second
	longestDelay = 30 * time.Second
)

// passingError is a failure that may be over soon. wait is how long the collector asks to be left alone.
type passingError struct {
	error
	wait time.Duration
}

// Unwrap returns the failure itself.
func (e *passingError) Unwrap() error { return e.error }

// comeAgain are the answers that ask for another try (OTLP specification 1.10, "Retryable Response Codes"). No other does.
var comeAgain = []int{
	http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
}

// judge returns nil if the collector took the whole batch. Of a refusal only the status is told: what else a collector
// says could repeat the headers that it was sent.
func judge(response *http.Response, answer []byte) error {
	status := response.StatusCode
	if status/100 == 2 {
		return rejected(response.Header.Get("Content-Type"), answer)
	}
	err := fmt.Errorf("the collector answers %d %s", status, http.StatusText(status))
	if slices.Contains(comeAgain, status) {
		return &passingError{error: err, wait: retryAfter(response.Header)}
	}
	return err
}

// retryAfter returns how long the answer asks to wait, by the clock of whoever answered. 0 if it says nothing of it.
func retryAfter(header http.Header) time.Duration {
	text := header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	then, err := http.ParseTime(text)
	now, unknown := http.ParseTime(header.Get("Date"))
	if err != nil || unknown != nil {
		return 0
	}
	return max(0, then.Sub(now))
}

// rejected reads ExportTraceServiceResponse: field 1 is ExportTracePartialSuccess, whose field 1 counts the spans that were
// not taken and whose field 2 says why. They are not to be sent again.
func rejected(mediaType string, answer []byte) error {
	if mediaType != protobuf {
		return nil
	}
	_, parts := fields(answer)
	numbers, texts := fields(parts[1])
	if count, why := numbers[1], texts[2]; count > 0 || len(why) > 0 {
		return fmt.Errorf("the collector did not take %d spans: %.200q", count, why)
	}
	return nil
}

// fields returns the numbers and the texts of a message in protobuf, by field. It stops where the message is broken.
func fields(message []byte) (numbers map[protowire.Number]uint64, texts map[protowire.Number][]byte) {
	numbers, texts = map[protowire.Number]uint64{}, map[protowire.Number][]byte{}
	for len(message) > 0 {
		field, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return numbers, texts
		}
		size := protowire.ConsumeFieldValue(field, kind, message[n:])
		if size < 0 {
			return numbers, texts
		}
		switch value := message[n : n+size]; kind {
		case protowire.VarintType:
			numbers[field], _ = protowire.ConsumeVarint(value)
		case protowire.BytesType:
			texts[field], _ = protowire.ConsumeBytes(value)
		}
		message = message[n+size:]
	}
	return numbers, texts
}

// jittered returns between a half of delay and all of it.
func jittered(delay time.Duration) time.Duration {
	return delay/2 + rand.N(delay/2+1) //nolint:gosec // nobody gains from foreseeing it
}

// pause waits for d, or until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
