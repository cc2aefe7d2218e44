package metrics

import (
	"bytes"
	"fmt"

	"github.com/prometheus/common/expfmt"
)

// mediaType is that of the text format, which every scraper reads.
const mediaType = "text/plain; version=0.0.4; charset=utf-8"

// Text returns the present value of everything, in Prometheus's text format, and its media type. Callers take turns: to
// ask is a thousand times as much work as what is asked about, and whoever asks too often should wait alone.
func (m *Meter) Text() (body []byte, format string, err error) {
	m.asking.Lock()
	defer m.asking.Unlock()
	families, err := m.registry.Gather()
	if err != nil {
		return nil, "", fmt.Errorf("gather metrics: %w", err)
	}
	var text bytes.Buffer
	for _, family := range families {
		if _, err := expfmt.MetricFamilyToText(&text, family); err != nil {
			return nil, "", fmt.Errorf("write metrics: %w", err)
		}
	}
	return text.Bytes(), mediaType, nil
}
