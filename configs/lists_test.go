package configs_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/vidaplus/vidaplus-auth/configs"
)

const longSecret = "canary-0123456789"

func TestLoad_ReadsIntrospectionClients(t *testing.T) {
	for name, test := range map[string]struct {
		environ string
		want    []string
	}{
		"commas":          {"INTROSPECTION_CLIENTS=a:x, b:y:z ,c:1 2", []string{"a=x", "b=y:z", "c=1 2"}},
		"a file":          {"INTROSPECTION_CLIENTS_FILE=" + write(t, "c", "a:x\r\n\n b:y \nc:z,d:é\n\n"), []string{"a=x", "b=y", "c=z", "d=é"}},
		"a file of one":   {"INTROSPECTION_CLIENTS_FILE=" + write(t, "c", "a:x"), []string{"a=x"}},
		"the same secret": {"INTROSPECTION_CLIENTS=a:x,b:x", []string{"a=x", "b=x"}},
	} {
		var got []string
		for _, c := range mustLoad(t, "", test.environ).IntrospectionClients {
			got = append(got, c.ID+"="+c.Secret.Reveal())
		}
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestLoad_RefusesClientsWithoutRepeatingThem(t *testing.T) {
	for name, value := range map[string]string{
		"no secret": "canary", "empty secret": "canary:", "no id": ":canary", "an id twice": "a:canary,a:other",
		"twice in lines": "a:canary\na:canary", "nothing between commas": "a:canary,,b:canary", "a comma at the end": "a:canary,",
		"white space behind the colon": "a: canary", "white space before it": "a :canary", "a control character": "a:canary\x01",
		"not UTF-8": "a:canary\xff", "a carriage return": "a:canary\rb:canary", "empty lines": "\n\n",
		"too long an id": strings.Repeat("a", 256) + ":canary", "too long a secret": "a:canary" + strings.Repeat("a", 250),
	} {
		_, err := load(t, "", "INTROSPECTION_CLIENTS="+value)
		if err == nil || !strings.HasPrefix(err.Error(), "INTROSPECTION_CLIENTS cannot be used, must be id:secret pairs ") ||
			strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v, want a mistake that repeats nothing", name, err)
		}
		if strings.TrimSpace(value) == "" {
			continue
		}
		_, err = load(t, "", "INTROSPECTION_CLIENTS_FILE="+write(t, "clients", value))
		if err == nil || !strings.HasPrefix(err.Error(), "INTROSPECTION_CLIENTS cannot be used") {
			t.Errorf("%s, in a file: %v, want a mistake", name, err)
		}
	}
}

func TestLoad_RefusesClientsBesideTheirFile(t *testing.T) {
	_, err := load(t, "", "INTROSPECTION_CLIENTS=a:canary", "INTROSPECTION_CLIENTS_FILE="+write(t, "c", "a:canary"))
	want := "INTROSPECTION_CLIENTS and INTROSPECTION_CLIENTS_FILE are both set, must be only one of them"
	if err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestClients_AreShownWithoutTheirSecrets(t *testing.T) {
	path := write(t, "clients", "a:"+longSecret+"\nb:"+longSecret)
	c := mustLoad(t, "", "INTROSPECTION_CLIENTS_FILE="+path)
	want := configs.Setting{Name: "INTROSPECTION_CLIENTS", Value: "a:[secret],b:[secret]", Source: "file " + path}
	if got := setting(t, c, "INTROSPECTION_CLIENTS"); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		string(text), fmt.Sprintf("%v %+v %#v %s", c, c, c, c.IntrospectionClients), configs.RenderSettings(c.Settings()),
	} {
		if strings.Contains(text, "canary") {
			t.Errorf("%s holds a secret", text)
		}
	}
}

func TestConfig_WarnsOfShortClientSecretsWithoutThem(t *testing.T) {
	got := mustLoad(t, "", "INTROSPECTION_CLIENTS=strong:canary-012345678,weak:canary-01234567").Warnings()
	want := []string{`INTROSPECTION_CLIENTS: the secret of "weak" has 15 bytes, which is weak: it should have at least 16`}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestOrigins_AreKeptExactlyAsGiven(t *testing.T) {
	c := mustLoad(t, "", "CORS_ALLOWED_ORIGINS=https://app.example.com, http://localhost:5173 ,https://[::1]:8443")
	want := configs.Origins{"https://app.example.com", "http://localhost:5173", "https://[::1]:8443"}
	if !reflect.DeepEqual(c.CORSAllowedOrigins, want) {
		t.Errorf("%q, want %q", c.CORSAllowedOrigins, want)
	}
	if got := setting(t, c, "CORS_ALLOWED_ORIGINS").Value; got != strings.Join(want, ",") {
		t.Errorf("shown as %q, want %q", got, strings.Join(want, ","))
	}
}
