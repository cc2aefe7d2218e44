package ha

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/vidaplus/vidaplus-auth/test/pg"
	"github.com/vidaplus/vidaplus-auth/test/program"
)

// times are Patroni's, in seconds. A leader that is gone is missed after ttl.
type times struct{ ttl, loopWait, retryTimeout int }

// chosen returns short times, or with HA_TIMES=default those that Patroni has unless it is told others.
func chosen() times {
	if os.Getenv("HA_TIMES") == "default" {
		return times{30, 10, 10}
	}
	return times{8, 1, 3}
}

// patience is how long anything may take that a test cannot go on without.
const patience = 3 * time.Minute

// cluster is three nodes, each of which may lead.
type cluster struct {
	t     *testing.T
	nodes []*node
	url   string
}

// newCluster returns once one node leads, the two others follow it, and one of these is waited for by every commit.
func newCluster(t *testing.T) *cluster {
	t.Helper()
	wanted(t)
	programs, owner, err := pg.Programs()
	if err != nil {
		t.Fatal(err)
	}
	folder := guarded(t, owner)
	ports := freePorts(t, 12)
	c, take := &cluster{t: t}, chosen()
	var members, clients, hosts []string
	for i := range 3 {
		n := &node{
			t: t, name: fmt.Sprintf("n%d", i+1), owner: owner,
			sql: ports[4*i], rest: ports[4*i+1], clients: ports[4*i+2], peers: ports[4*i+3],
		}
		n.folder = filepath.Join(folder, n.name)
		c.nodes = append(c.nodes, n)
		members = append(members, n.name+"="+local(n.peers))
		clients = append(clients, fmt.Sprintf("\"127.0.0.1:%d\"", n.clients))
		hosts = append(hosts, fmt.Sprintf("127.0.0.1:%d", n.sql))
	}
	for _, n := range c.nodes {
		n.members = strings.Join(members, ",")
		text := fmt.Sprintf(settings, n.name, n.rest, strings.Join(clients, ", "),
			take.ttl, take.loopWait, take.retryTimeout, n.sql, n.folder, programs)
		if err := os.Mkdir(n.folder, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(n.settings(), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if owner != nil {
			for _, path := range []string{n.folder, n.settings()} {
				if err := os.Chown(path, int(owner.Uid), int(owner.Gid)); err != nil {
					t.Fatal(err)
				}
			}
		}
		n.start()
	}
	c.whole()
	c.url = "postgres://vidaplus@" + strings.Join(hosts, ",") + "/vidaplus?sslmode=disable&target_session_attrs=read-write"
	c.administer("CREATE ROLE vidaplus LOGIN", "CREATE DATABASE vidaplus OWNER vidaplus")
	return c
}

// wanted leaves the test out where it was asked not to run, or cannot and need not.
func wanted(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: tests on PostgreSQL are left out")
	}
	for _, program := range []string{"etcd", "patroni"} {
		if _, err := exec.LookPath(program); err == nil {
			continue
		}
		missing := program + " is not installed (Debian: apt-get install etcd-server patroni)"
		if os.Getenv("CI") != "" {
			t.Fatal(missing)
		}
		t.Skip(missing)
	}
}

// guardScript waits until its standard input ends, which happens also when the test process is killed, and ends what
// runs in the test's own folder: what is named on its command line. Patroni, which starts servers, comes first.
const guardScript = `
cat >/dev/null
for what in patroni. etcd /data; do
	for pid in $(ps -A -o pid= -o args= | grep -F "$1/" | grep -F "$what" | grep -v grep | awk '{print $1}'); do
		[ "$pid" = $$ ] || kill -KILL "$pid"
	done
done
tries=100
until rm -rf "$1" || [ $((tries -= 1)) -eq 0 ]; do sleep 0.1; done
`

// guarded returns a new folder for the cluster, which goes with everything that runs in it.
func guarded(t *testing.T, owner *syscall.Credential) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "vidaplus-ha-")
	if err == nil && owner != nil {
		err = os.Chown(folder, int(owner.Uid), int(owner.Gid))
	}
	if err != nil {
		t.Fatal(err)
	}
	guard := exec.Command("/bin/sh", "-c", guardScript, "guard", folder)
	guard.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	line, err := guard.StdinPipe()
	if err == nil {
		err = guard.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			printLogs(t, folder)
		}
		_ = line.Close()
		_ = guard.Wait()
	})
	return folder
}

func printLogs(t *testing.T, folder string) {
	logs, _ := filepath.Glob(filepath.Join(folder, "*", "*.log"))
	for _, path := range logs {
		text, _ := os.ReadFile(path)
		t.Logf("%s ends with\n%s", path, text[max(0, len(text)-4000):])
	}
}

// freePorts chooses below the ports that systems hand out by themselves, since a node comes back to its own.
func freePorts(t *testing.T, count int) []int {
	t.Helper()
	var ports []int
	for port := 20000 + os.Getpid()%1000*12; len(ports) < count && port < 32700; port++ {
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			continue
		}
		defer listener.Close()
		ports = append(ports, port)
	}
	if len(ports) < count {
		t.Fatal("no ports are free on 127.0.0.1")
	}
	return ports
}

// leader returns the node that leads, nil for none.
func (c *cluster) leader() *node {
	for _, n := range c.nodes {
		if n.leads() {
			return n
		}
	}
	return nil
}

// whole waits until one node leads, two follow it, and commits wait for one of them.
func (c *cluster) whole() (leader *node) {
	c.t.Helper()
	program.Within(c.t, patience, "the cluster is whole", func() bool {
		if leader = c.leader(); leader == nil {
			return false
		}
		streaming, synchronous := 0, 0
		for _, standby := range leader.state().Replication {
			if standby.State == "streaming" {
				streaming++
			}
			if standby.Sync == "sync" {
				synchronous++
			}
		}
		return streaming == 2 && synchronous == 1 && c.synchronous() != nil
	})
	return leader
}

// synchronous returns the standby that may take over, nil for none.
func (c *cluster) synchronous() *node {
	for _, n := range c.nodes {
		if n.state().Synchronous {
			return n
		}
	}
	return nil
}

func (c *cluster) administer(statements ...string) {
	c.t.Helper()
	url := fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", c.leader().sql)
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		c.t.Fatal(err)
	}
	defer conn.Close(ctx) //nolint:errcheck // the outcome of the statements is what counts
	for _, statement := range statements {
		if _, err := conn.Exec(ctx, statement); err != nil {
			c.t.Fatal(err)
		}
	}
}

// writable returns when the cluster takes a durable change again: the fail-over is over then, whatever the service does.
func (c *cluster) writable() time.Time {
	c.t.Helper()
	program.Within(c.t, patience, "the cluster can be written to", func() bool {
		ctx, cancel := context.WithTimeout(c.t.Context(), 2*time.Second)
		defer cancel()
		conn, err := pgx.Connect(ctx, c.url+"&connect_timeout=1")
		if err != nil {
			return false
		}
		defer conn.Close(ctx) //nolint:errcheck // the statement's outcome is what counts
		_, err = conn.Exec(ctx, "SELECT pg_logical_emit_message(true, 'probe', '')")
		return err == nil
	})
	return time.Now()
}
