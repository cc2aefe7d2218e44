package e2e

import (
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/pg"
	"github.com/vidaplus/vidaplus-auth/test/program"
)

// counted returns what the service says of itself at its own address.
func (s *service) counted() string {
	s.T.Helper()
	got := s.call(http.MethodGet, "/metrics", "", "")
	if got.status != http.StatusOK {
		s.T.Fatalf("the metrics are answered with %d %s", got.status, got.body)
	}
	return got.body
}

// scraped asks as Prometheus does, at an address where nothing else is served.
func scraped(t *testing.T, url string) answer {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(body)}
}

// counts checks that each line comes to be among the metrics: a request is counted when its answer is already sent.
func (s *service) counts(lines ...string) {
	s.T.Helper()
	for _, line := range lines {
		program.Within(s.T, 5*time.Second, "the metrics have "+line, func() bool {
			return strings.Contains("\n"+s.counted(), "\n"+line+"\n")
		})
	}
}

func TestMetrics_CountLogInsAndWhatBecomesOfRefreshes(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		s.counts(`vidaplus_refreshes_total{outcome="reused"} 0`)
		first := s.loggedIn()
		s.login(maria, "wrong").is(t, http.StatusUnauthorized, badCredentials)
		second := s.refreshed(first)
		s.refreshed(first)
		third := s.refreshed(second)
		s.refuses(first)
		s.refuses(third)
		s.counts(
			`vidaplus_logins_total{outcome="succeeded"} 1`, `vidaplus_logins_total{outcome="refused"} 1`,
			`vidaplus_refreshes_total{outcome="rotated"} 2`, `vidaplus_refreshes_total{outcome="replayed"} 1`,
			`vidaplus_refreshes_total{outcome="reused"} 1`, `vidaplus_refreshes_total{outcome="revoked"} 1`,
			`vidaplus_http_requests_total{method="POST",outcome="ok",route="/auth/token",status="200"} 1`,
			`vidaplus_http_requests_total{method="POST",outcome="ok",route="/auth/token/refresh_token",status="200"} 3`,
			`vidaplus_http_requests_total{method="POST",outcome="reused",route="/auth/token/refresh_token",status="401"} 1`,
			`vidaplus_http_requests_total{method="POST",outcome="revoked",route="/auth/token/refresh_token",status="401"} 1`,
			`vidaplus_http_request_duration_seconds_count{route="/auth/token/refresh_token"} 5`,
		)
	})
}

func TestMetrics_TellHowStorePoolHashesAndSessionsDo(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		token := s.loggedIn()
		s.loggedIn()
		s.call(http.MethodPost, "/auth/logout", token, "").isEmpty(t, http.StatusNoContent)
		s.loggedIn()
		if !strings.HasPrefix(database, "mysql:") {
			// The first to ask makes the store count: it has to come after the log-ins.
			s.counts(`vidaplus_sessions_live 2`)
		}
		s.counts(`vidaplus_password_hashes_running 0`, `vidaplus_password_hashes_waiting 0`,
			`vidaplus_store_call_duration_seconds_count{call="begin a session",outcome="ok"} 3`)
		for _, name := range []string{
			`store_connections{state="in_use"}`, `store_connections{state="idle"}`, `store_connections_max`,
			`store_connection_waits_total`, `store_connection_wait_seconds_total`,
		} {
			if !strings.Contains(s.counted(), "\nvidaplus_"+name+" ") {
				t.Errorf("%s is not among the metrics", name)
			}
		}
	})
}

func TestMetrics_TellHowRotationsShareCommits(t *testing.T) {
	t.Parallel()
	s := withUser(t, pg.Database(t))
	s.refreshed(s.loggedIn())
	for _, name := range []string{"rotations_per_commit", "rotation_queue_seconds", "rotation_commit_seconds"} {
		s.counts("vidaplus_" + name + "_count 1")
	}
}

func TestMetrics_HoldNothingAboutAnybody(t *testing.T) {
	t.Parallel()
	s := withUser(t, "sqlite:vidaplus.db")
	first := s.loggedIn()
	second := s.refreshed(first)
	j := readJWT(t, second, secretKey)
	for _, path := range []string{"/auth/sessions/" + j.text(t, "sid"), "/" + maria, "/auth/token/" + second, "/docs/" + maria} {
		s.call(http.MethodDelete, path, second, "", "X-Request-ID: "+j.text(t, "jti"), "User-Agent: "+maria)
	}
	s.call("MARIA", "/auth/token", second, "")
	s.counts(`vidaplus_http_requests_total{method="other",outcome="invalid",route="/auth/token",status="405"} 1`)
	text := s.counted()
	for what, value := range map[string]string{
		"the address": maria, "its name": "maria", "a method that was made up": "MARIA", "a session": j.text(t, "sid"),
		"a token's id": j.text(t, "jti"), "a user": j.text(t, "uid"), "the client's address": "127.0.0.1",
		"a token": second, "a signature": second[strings.LastIndex(second, ".")+1:], "a replaced token": first,
	} {
		if strings.Contains(text, value) {
			t.Errorf("%s is in the metrics:\n%s", what, text)
		}
	}
}

func TestMetrics_AreTextForPrometheusThatNoCacheKeeps(t *testing.T) {
	t.Parallel()
	s := start(t, "sqlite::memory:")
	for _, path := range []string{"/metrics", "/metrics/"} {
		for method, status := range map[string]int{"GET": 200, "HEAD": 200, "POST": 405, "OPTIONS": 405} {
			got := s.call(method, path, "", "")
			if got.status != status {
				t.Errorf("%s %s is answered with %d, want %d", method, path, got.status, status)
			}
			if status == http.StatusOK && got.header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s %s: Cache-Control is %q", method, path, got.header.Get("Cache-Control"))
			}
			isProtected(t, method+" "+path, got)
		}
	}
	text := s.counted()
	for _, part := range []string{`vidaplus_build_info{commit="`, `goversion="go`, "\ngo_goroutines ", "\n# TYPE vidaplus_refreshes_total counter\n"} {
		if !strings.Contains(text, part) {
			t.Errorf("%s is not in the metrics", part)
		}
	}
	if strings.Contains(s.Out.String(), "/metrics") {
		t.Errorf("asking for metrics is logged:\n%s", s.Out)
	}
}

func TestMetrics_WithAnAddressOfTheirOwnAreServedThereAlone(t *testing.T) {
	t.Parallel()
	addr := program.FreeAddress(t)
	s := withUser(t, "sqlite:vidaplus.db", "METRICS_ADDR="+addr)
	s.refreshed(s.loggedIn())
	s.call(http.MethodGet, "/metrics", "", "").is(t, http.StatusNotFound, "Not Found")
	program.Within(t, 5*time.Second, "the refresh is counted", func() bool {
		got := scraped(t, "http://"+addr+"/metrics")
		return got.status == http.StatusOK && strings.Contains(got.body, `vidaplus_refreshes_total{outcome="rotated"} 1`)
	})
	for _, path := range []string{"/", "/readyz", "/auth/me", "/openapi.json"} {
		if got := scraped(t, "http://"+addr+path); got.status != http.StatusNotFound {
			t.Errorf("%s is answered with %d where only metrics are", path, got.status)
		}
	}
	if code := s.Stop(syscall.SIGTERM); code != 0 {
		t.Errorf("the service ended with %d, want 0", code)
	}
}

func TestMetrics_AnAddressThatIsTakenIsAFailureInOneLine(t *testing.T) {
	t.Parallel()
	running := start(t, "sqlite::memory:")
	taken := strings.TrimPrefix(running.URL, "http://")
	s := operator(t, "sqlite::memory:", "HTTP_ADDR=127.0.0.1:0", "METRICS_ADDR="+taken, "LOG_LEVEL=error")
	s.fails(1, "", nil, "metrics", taken, "in use")
}
