package e2e

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// steadyAddress chooses below the ports that systems hand out by themselves, so that it is still free when a service is
// started there a second time.
func steadyAddress(t *testing.T) string {
	t.Helper()
	for range 100 {
		address := fmt.Sprintf("127.0.0.1:%d", 10000+rand.IntN(10000))
		if listener, err := net.Listen("tcp", address); err == nil {
			_ = listener.Close()
			return address
		}
	}
	t.Fatal("no port is free on 127.0.0.1")
	return ""
}

// proxy is an HAProxy with the project's configuration.
type proxy struct {
	// service is the API as clients see it.
	*service
	counts string
}

// behindHAProxy starts an HAProxy in front of two addresses. Nobody has to listen there yet.
func behindHAProxy(t *testing.T, replicas ...string) *proxy {
	t.Helper()
	p := &proxy{&service{t: t, address: steadyAddress(t), out: &output{}}, steadyAddress(t)}
	p.url = "http://" + p.address
	haproxy := exec.Command(installed(t, "haproxy", "haproxy"), "-db", "-f", ofProject(t, "configs", "haproxy", "haproxy.cfg"))
	haproxy.Env = append(os.Environ(), "PROXY_ADDR="+p.address, "PROXY_METRICS_ADDR="+p.counts,
		"REPLICA_1="+replicas[0], "REPLICA_2="+replicas[1])
	haproxy.Stdout, haproxy.Stderr = p.out, p.out
	if err := haproxy.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = haproxy.Process.Signal(syscall.SIGTERM)
		_ = haproxy.Wait()
		if t.Failed() {
			t.Logf("the proxy printed:\n%s", p.out)
		}
	})
	within(t, 10*time.Second, "the proxy listens", func() bool {
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
	p.t.Helper()
	up := fmt.Sprintf(`haproxy_server_status{proxy="replicas",server="replica-%d",state="UP"} 1`, replica)
	within(p.t, 10*time.Second, "the proxy sends requests to the replica", func() bool {
		return strings.Contains(scraped(p.t, "http://"+p.counts+"/metrics").body, up)
	})
}
