package configs_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vidaplus/vidaplus-auth/configs"
	"github.com/vidaplus/vidaplus-auth/test/certificate"
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

func TestLoad_ACollectorsCertificatesAreReadAtTheStart(t *testing.T) {
	const secure, authority = "OTEL_EXPORTER_OTLP_ENDPOINT=https://h", "OTEL_EXPORTER_OTLP_CERTIFICATE="
	const shown, secret = "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE=", "OTEL_EXPORTER_OTLP_CLIENT_KEY="
	cert, private := certificate.SelfSigned(t)
	broken := write(t, "broken", "canary")
	for _, test := range []struct {
		environ []string
		want    string
	}{
		{[]string{secure, authority + cert, shown + cert, secret + private}, ""},
		{[]string{authority + cert}, ""},
		{[]string{secure, authority + broken}, `OTEL_EXPORTER_OTLP_CERTIFICATE cannot be used ("there is no certificate in it"), must be `},
		{[]string{secure, authority + "/absent"}, `OTEL_EXPORTER_OTLP_CERTIFICATE cannot be used ("open /absent: no such file`},
		{[]string{secure, shown + cert}, "OTEL_EXPORTER_OTLP_CLIENT_KEY is not set, must be set when OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE is"},
		{[]string{secure, secret + private}, "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE is not set, must be set when OTEL_EXPORTER_OTLP_CLIENT_KEY is"},
		{[]string{secure, shown + cert, secret + broken}, "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and OTEL_EXPORTER_OTLP_CLIENT_KEY cannot be used ("},
		{[]string{"OTEL_EXPORTER_OTLP_ENDPOINT=HTTP://h", authority + cert}, "OTEL_EXPORTER_OTLP_ENDPOINT is an http URL, must be an https URL when "},
		{[]string{"OTEL_EXPORTER_OTLP_ENDPOINT=http://h", shown + cert, secret + private}, "OTEL_EXPORTER_OTLP_ENDPOINT is an http URL, must be an https URL when "},
	} {
		_, err := load(t, "", test.environ...)
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%v: %v, want no error", test.environ, err)
		case test.want != "" && (err == nil || !strings.HasPrefix(err.Error(), test.want) || strings.Contains(err.Error(), "canary")):
			t.Errorf("%v: %v, want %s", test.environ, err, test.want)
		}
	}
}

func TestLoad_WhatIsSaidOfTracesAloneGoesBeforeWhatIsSaidOfAll(t *testing.T) {
	cert, private := certificate.SelfSigned(t)
	c := mustLoad(t, "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION=gzip", "OTEL_EXPORTER_OTLP_COMPRESSION=none",
		"OTEL_EXPORTER_OTLP_CERTIFICATE=/absent", "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE="+cert,
		"OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE="+cert, "OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY="+private)
	if c.OTLPCompression != "gzip" || c.OTLPCertificate != cert || c.OTLPClientCertificate != cert || c.OTLPClientKey != private {
		t.Errorf("of traces alone %+v is taken, want what was set for them", c)
	}
	want := configs.Setting{Name: "OTEL_EXPORTER_OTLP_COMPRESSION", Value: "gzip", Source: ".env"}
	if got := setting(t, c, want.Name); got != want {
		t.Errorf("%+v is shown, want %+v", got, want)
	}
}
