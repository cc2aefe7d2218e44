package e2e

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/vidaplus/vidaplus-auth/test/program"
)

// prometheus is one that watches services by the project's configuration and alerts. It looks four times a second instead
// of every ten seconds, and an alert that waits for minutes waits for a second: how long is for promtool's stories.
type prometheus struct {
	t   *testing.T
	url string
}

func watching(t *testing.T, services ...string) *prometheus {
	t.Helper()
	path, address, folder := installed(t, "prometheus", "prometheus"), program.FreeAddress(t), t.TempDir()
	configuration := readYAML[prometheusFile](t, "prometheus.yml")
	configuration.Global = map[string]string{"scrape_interval": "250ms", "scrape_timeout": "250ms", "evaluation_interval": "250ms"}
	configuration.ScrapeConfigs[0].Static = []staticConfig{{services}}
	writeYAML(t, filepath.Join(folder, "prometheus.yml"), configuration)
	alerts := readYAML[alertFile](t, "alerts.yml")
	for _, group := range alerts.Groups {
		for i := range group.Rules {
			if group.Rules[i].For != "" {
				group.Rules[i].For = "1s"
			}
		}
	}
	writeYAML(t, filepath.Join(folder, configuration.RuleFiles[0]), alerts)

	out := &program.Output{}
	c := exec.Command(path, "--config.file="+filepath.Join(folder, "prometheus.yml"),
		"--storage.tsdb.path="+filepath.Join(folder, "data"), "--web.listen-address="+address, "--log.level=warn")
	c.Stdout, c.Stderr = out, out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Signal(syscall.SIGTERM)
		_ = c.Wait()
		if t.Failed() {
			t.Logf("Prometheus printed:\n%s", out)
		}
	})
	p := &prometheus{t, "http://" + address}
	program.Within(t, 30*time.Second, "Prometheus sees every service", func() bool {
		return len(p.query(`up{job="vidaplus-auth"} == 1`)) == len(services)
	})
	return p
}

// prometheusFile is what is kept of the project's configuration, and how services are found instead.
type prometheusFile struct {
	Global        map[string]string `yaml:"global"`
	RuleFiles     []string          `yaml:"rule_files"`
	ScrapeConfigs []struct {
		JobName string         `yaml:"job_name"`
		Static  []staticConfig `yaml:"static_configs"`
	} `yaml:"scrape_configs"`
}

type staticConfig struct {
	Targets []string `yaml:"targets"`
}

type alertFile struct {
	Groups []struct {
		Name  string      `yaml:"name"`
		Rules []alertRule `yaml:"rules"`
	} `yaml:"groups"`
}

type alertRule struct {
	Alert       string            `yaml:"alert"`
	Expr        string            `yaml:"expr"`
	For         string            `yaml:"for,omitempty"`
	Labels      map[string]string `yaml:"labels"`
	Annotations map[string]string `yaml:"annotations"`
}

func readYAML[file any](t *testing.T, name string) file {
	t.Helper()
	var content file
	if err := yaml.Unmarshal([]byte(text(t, "configs", "prometheus", name)), &content); err != nil {
		t.Fatal(err)
	}
	return content
}

func writeYAML(t *testing.T, path string, content any) {
	t.Helper()
	written, err := yaml.Marshal(content)
	if err == nil {
		err = os.WriteFile(path, written, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// ask returns what Prometheus answers, and false while it gives no answer.
func (p *prometheus) ask(path string, data any) bool {
	response, err := http.Get(p.url + path)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	answer := struct {
		Data any `json:"data"`
	}{data}
	return response.StatusCode == http.StatusOK && json.NewDecoder(response.Body).Decode(&answer) == nil
}

// query returns the present values that a query has, nil also while there is no answer.
func (p *prometheus) query(q string) []any {
	var data struct {
		Result []any `json:"result"`
	}
	if !p.ask("/api/v1/query?query="+url.QueryEscape(q), &data) {
		return nil
	}
	return data.Result
}

// firing returns the names of the alerts that fire.
func (p *prometheus) firing() []string {
	p.t.Helper()
	var data struct {
		Alerts []struct {
			Labels map[string]string `json:"labels"`
			State  string            `json:"state"`
		} `json:"alerts"`
	}
	if !p.ask("/api/v1/alerts", &data) {
		p.t.Fatal("Prometheus does not tell its alerts")
	}
	var names []string
	for _, a := range data.Alerts {
		if a.State == "firing" {
			names = append(names, a.Labels["alertname"])
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (p *prometheus) fires(alert string) {
	p.t.Helper()
	program.Within(p.t, 30*time.Second, alert+" fires", func() bool { return slices.Contains(p.firing(), alert) })
}
