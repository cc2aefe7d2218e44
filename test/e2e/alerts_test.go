package e2e

import (
	"encoding/json"
	"net/http"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/pg"
	"github.com/vidaplus/vidaplus-auth/test/program"
)

func TestAlerts_PassTheirOwnStories(t *testing.T) {
	t.Parallel()
	promtool := installed(t, "promtool", "prometheus")
	for _, arguments := range [][]string{
		{"check", "config", "prometheus.yml"}, {"check", "rules", "alerts.yml"}, {"test", "rules", "alerts_test.yml"},
	} {
		c := exec.Command(promtool, arguments...)
		c.Dir = ofProject(t, "configs", "prometheus")
		if printed, err := c.CombinedOutput(); err != nil {
			t.Errorf("promtool %s: %v\n%s", strings.Join(arguments, " "), err, printed)
		}
	}
	stories := text(t, "configs", "prometheus", "alerts_test.yml")
	for _, r := range alertRules(t) {
		if !regexp.MustCompile(`alertname: ` + r.Alert + `\n +exp_alerts:\n`).MatchString(stories) {
			t.Errorf("%s fires in no story", r.Alert)
		}
	}
}

func alertRules(t *testing.T) []alertRule {
	t.Helper()
	var all []alertRule
	for _, group := range readYAML[alertFile](t, "alerts.yml").Groups {
		all = append(all, group.Rules...)
	}
	if len(all) < 5 {
		t.Fatalf("the alerts are %+v", all)
	}
	return all
}

func TestAlerts_EachHasAChapterOfTheHandbookThatItNames(t *testing.T) {
	t.Parallel()
	handbook := text(t, "docs", "operations.md")
	known := map[string]bool{}
	for _, r := range alertRules(t) {
		known[r.Alert] = true
		if !strings.Contains(handbook, "\n### "+r.Alert+"\n") {
			t.Errorf("docs/operations.md has no chapter %s", r.Alert)
		}
		if url := r.Annotations["runbook_url"]; !strings.HasSuffix(url, "/docs/operations.md#"+strings.ToLower(r.Alert)) {
			t.Errorf("%s leads to %q", r.Alert, url)
		}
	}
	for _, heading := range regexp.MustCompile(`\n### (VidaPlusAuth\w+)\n`).FindAllStringSubmatch(handbook, -1) {
		if !known[heading[1]] {
			t.Errorf("docs/operations.md has a chapter %s, and there is no such alert", heading[1])
		}
	}
}

func TestAlerts_FireWhenATokenIsReusedWhenPostgreSQLStopsAndWhenNobodyAnswers(t *testing.T) {
	t.Parallel()
	server := pg.Start(t)
	addr := program.FreeAddress(t)
	s := withUser(t, server.URL(), "METRICS_ADDR="+addr, "LOG_LEVEL=warn")
	p := watching(t, addr)
	s.refreshed(s.loggedIn())
	// Before Prometheus had looked for the first time, nobody had answered.
	program.Within(t, 10*time.Second, "nothing fires without a reason", func() bool { return len(p.firing()) == 0 })

	first := s.loggedIn()
	third := s.refreshed(s.refreshed(first))
	s.refuses(first)
	s.refuses(third)
	p.fires("VidaPlusAuthTokenReused")

	server.Stop(true)
	// Nobody but a health check asks for anything.
	program.Within(t, 30*time.Second, "the alert fires", func() bool {
		if s.ready() {
			t.Error("the service says that it is ready without its database")
		}
		return slices.Contains(p.firing(), "VidaPlusAuthStoreUnavailable")
	})
	server.Start()
	program.Within(t, 30*time.Second, "the service is ready again", s.ready)

	s.Stop(syscall.SIGKILL)
	p.fires("VidaPlusAuthDown")
	p.fires("VidaPlusAuthReplicaDown")
}

// dashboard is as much of Grafana's format as asks for something.
type dashboard struct {
	Panels []struct {
		Title   string `json:"title"`
		Targets []struct {
			Expr string `json:"expr"`
		} `json:"targets"`
	} `json:"panels"`
}

// asked returns what the dashboard asks Prometheus for, by the title of the panel, as Grafana sends it.
func asked(t *testing.T) map[string][]string {
	t.Helper()
	var d dashboard
	if err := json.Unmarshal([]byte(text(t, "configs", "grafana", "dashboards", "vidaplus-auth.json")), &d); err != nil {
		t.Fatal(err)
	}
	variables := strings.NewReplacer("$__rate_interval", "30s", "$instance", ".+")
	all := map[string][]string{}
	for _, panel := range d.Panels {
		for _, target := range panel.Targets {
			all[panel.Title] = append(all[panel.Title], variables.Replace(target.Expr))
		}
	}
	if len(all) < 20 {
		t.Fatalf("the dashboard asks for %v", all)
	}
	return all
}

func TestDashboard_EveryQueryIsAnsweredOnceThereWasSomeLoad(t *testing.T) {
	t.Parallel()
	addr := program.FreeAddress(t)
	s := withUser(t, pg.Database(t), "METRICS_ADDR="+addr, "LOG_LEVEL=warn")
	p := watching(t, addr)
	for range 3 {
		first := s.loggedIn()
		s.refreshed(s.refreshed(first))
		s.refuses(first)
		s.login(maria, "wrong").is(t, http.StatusUnauthorized, badCredentials)
		time.Sleep(300 * time.Millisecond)
	}
	for title, queries := range asked(t) {
		for _, query := range queries {
			// Prometheus has to have looked twice since.
			program.Within(t, 10*time.Second, title+" shows something for "+query, func() bool { return len(p.query(query)) > 0 })
		}
	}
}

func TestDashboardAndAlerts_NameOnlyWhatTheServiceCounts(t *testing.T) {
	t.Parallel()
	s := withUser(t, pg.Database(t))
	s.refreshed(s.loggedIn())
	told := s.counted()
	asks := text(t, "configs", "prometheus", "alerts.yml")
	for _, queries := range asked(t) {
		asks += strings.Join(queries, "\n")
	}
	names := regexp.MustCompile(`\bvidaplus_\w+`).FindAllString(asks, -1)
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		plain := regexp.MustCompile(`_(bucket|sum|count)$`).ReplaceAllString(name, "")
		program.Within(t, 5*time.Second, name+" is among the metrics", func() bool {
			told = s.counted()
			return strings.Contains(told, "\n# TYPE "+name+" ") || strings.Contains(told, "\n# TYPE "+plain+" histogram\n")
		})
	}
}
