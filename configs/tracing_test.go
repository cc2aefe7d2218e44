package configs_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vidaplus/vidaplus-auth/configs"
)

func TestLoad_ReadsOpenTelemetrysPairsAsItsStandardWritesThem(t *testing.T) {
	c := mustLoad(t, "OTEL_RESOURCE_ATTRIBUTES=a=b%20c, d.e = f%2Cg=h",
		"OTEL_EXPORTER_OTLP_HEADERS=authorization=Bearer%20canary,x=,OTHER=1", "OTEL_TRACES_SAMPLER_ARG=0.25")
	if got := fmt.Sprint(c.ResourceAttributes[1]); len(c.ResourceAttributes) != 2 || got != "{d.e f,g=h}" || c.ResourceAttributes[0].Value != "b c" {
		t.Errorf("the attributes are read as %v", c.ResourceAttributes)
	}
	if len(c.OTLPHeaders) != 3 || c.OTLPHeaders[0].Name != "authorization" || c.OTLPHeaders[0].Value.Reveal() != "Bearer canary" {
		t.Errorf("the headers are read as %d with the first %q", len(c.OTLPHeaders), c.OTLPHeaders[0].Name)
	}
	for name, want := range map[string]string{
		"OTEL_RESOURCE_ATTRIBUTES": "a=b%20c,d.e=f%2Cg=h", "OTEL_TRACES_SAMPLER_ARG": "0.25",
		"OTEL_EXPORTER_OTLP_HEADERS": "authorization=[secret],x=[secret],OTHER=[secret]",
	} {
		if got := setting(t, c, name).Value; got != want {
			t.Errorf("%s is shown as %s, want %s", name, got, want)
		}
	}
	if text := fmt.Sprintf("%v %+v %#v", c, c, c) + configs.RenderSettings(c.Settings()); strings.Contains(text, "canary") {
		t.Errorf("a header's value is printed: %s", text)
	}
}

func TestLoad_RepeatsNoPasswordOfACollector(t *testing.T) {
	for _, environ := range []string{"OTEL_EXPORTER_OTLP_ENDPOINT=https://u:canary@h", "OTEL_EXPORTER_OTLP_HEADERS=canary"} {
		if _, err := load(t, "", environ); err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: the error is %v, want one that does not repeat the secret", environ, err)
		}
	}
}
