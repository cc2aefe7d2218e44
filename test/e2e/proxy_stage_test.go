package e2e

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/program"
)

// proxy is an HAProxy with the project's configuration.
type proxy struct {
	// service is the API as clients see it.
	*service
	counts string
}

// behindHAProxy starts an HAProxy in front of two addresses. Nobody has to listen there yet.
func behindHAProxy(t *testing.T, replicas ...string) *proxy {
	t.Helper()
	p := &proxy{unstarted(t, program.Process{Address: program.FreeAddress(t), Out: &program.Output{}}), program.FreeAddress(t)}
	p.URL = "http://" + p.Address
	haproxy := exec.Command(installed(t, "haproxy", "haproxy"), "-db", "-f", ofProject(t, "configs", "haproxy", "haproxy.cfg"))
	haproxy.Env = append(os.Environ(), "PROXY_ADDR="+p.Address, "PROXY_METRICS_ADDR="+p.counts,
		"REPLICA_1="+replicas[0], "REPLICA_2="+replicas[1])
	haproxy.Stdout, haproxy.Stderr = p.Out, p.Out
	if err := haproxy.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = haproxy.Process.Signal(syscall.SIGTERM)
		_ = haproxy.Wait()
		if t.Failed() {
			t.Logf("the proxy printed:\n%s", p.Out)
		}
	})
	program.Within(t, 10*time.Second, "the proxy listens", func() bool {
		response, err := http.Get("http://" + p.counts + "/metrics")
		if err == nil {
			_ = response.Body.Close()
		}
		return err == nil
	})
	return p
}

// sendsTo waits until the proxy counts a replica, 1 or 2, among those that serve.
func (p *proxy) sendsTo(replica int) {
	p.T.Helper()
	up := fmt.Sprintf(`haproxy_server_status{proxy="replicas",server="replica-%d",state="UP"} 1`, replica)
	program.Within(p.T, 10*time.Second, "the proxy sends requests to the replica", func() bool {
		return strings.Contains(scraped(p.T, "http://"+p.counts+"/metrics").body, up)
	})
}
