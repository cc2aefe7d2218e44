package ha

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/test/daemon"
)

// node is one machine of the cluster: an etcd, a Patroni and the PostgreSQL that it starts.
type node struct {
	t      *testing.T
	name   string
	folder string
	owner  *syscall.Credential
	// The ports of PostgreSQL, of Patroni, and of etcd for clients and for its like.
	sql, rest, clients, peers int
	// members is what every etcd is told of all.
	members       string
	etcd, patroni *exec.Cmd
}

func (n *node) data() string { return filepath.Join(n.folder, "data") }

// start starts what the node runs, for the first time or after kill.
func (n *node) start() {
	n.t.Helper()
	if n.etcd == nil {
		n.etcd = n.run("etcd", "--name", n.name, "--data-dir", filepath.Join(n.folder, "etcd"),
			"--listen-client-urls", local(n.clients), "--advertise-client-urls", local(n.clients),
			"--listen-peer-urls", local(n.peers), "--initial-advertise-peer-urls", local(n.peers),
			"--initial-cluster", n.members, "--log-level", "error")
	}
	n.patroni = n.run("patroni", n.settings())
}

func local(port int) string { return fmt.Sprintf("http://127.0.0.1:%d", port) }

func (n *node) settings() string { return filepath.Join(n.folder, "patroni.yml") }

func (n *node) run(program string, arguments ...string) *exec.Cmd {
	n.t.Helper()
	log, err := os.OpenFile(filepath.Join(n.folder, program+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		n.t.Fatal(err)
	}
	defer log.Close() //nolint:errcheck // the process has its own
	cmd := exec.Command(program, arguments...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = n.folder, log, log
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + n.folder, "LC_ALL=C.UTF-8", "ETCD_UNSUPPORTED_ARCH=" + runtime.GOARCH}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: n.owner}
	if err := cmd.Start(); err != nil {
		n.t.Fatal(err)
	}
	return cmd
}

// kill ends PostgreSQL and its Patroni at once, as the loss of the machine would, and with everything also its etcd.
func (n *node) kill(everything bool) {
	n.t.Helper()
	end(n.patroni)
	if everything {
		end(n.etcd)
		n.etcd = nil
	}
	text, err := os.ReadFile(filepath.Join(n.data(), "postmaster.pid"))
	if err != nil {
		n.t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	postmaster, err := strconv.Atoi(first)
	if err == nil {
		err = daemon.Kill(postmaster)
	}
	if err != nil {
		n.t.Fatal(err)
	}
}

func end(cmd *exec.Cmd) {
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
}

// state is what Patroni says of its node.
type state struct {
	State       string `json:"state"`
	Role        string `json:"role"`
	Synchronous bool   `json:"sync_standby"`
	Replication []struct {
		State string `json:"state"`
		Sync  string `json:"sync_state"`
	} `json:"replication"`
}

func (n *node) state() (s state) {
	client := &http.Client{Timeout: 2 * time.Second}
	response, err := client.Get(local(n.rest) + "/patroni")
	if err != nil {
		return state{}
	}
	defer response.Body.Close()
	if json.NewDecoder(response.Body).Decode(&s) != nil {
		return state{}
	}
	return s
}

func (n *node) leads() bool {
	s := n.state()
	return s.State == "running" && (s.Role == "master" || s.Role == "primary")
}

// switchTo asks the leader to hand over to another node.
func (n *node) switchTo(other *node) {
	n.t.Helper()
	body, _ := json.Marshal(map[string]string{"leader": n.name, "candidate": other.name})
	response, err := http.Post(local(n.rest)+"/switchover", "application/json", bytes.NewReader(body))
	if err != nil {
		n.t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		n.t.Fatalf("the switch-over is answered %s", response.Status)
	}
}

const settings = `
scope: vidaplus
name: %[1]s
restapi: {listen: "127.0.0.1:%[2]d", connect_address: "127.0.0.1:%[2]d"}
etcd3: {hosts: [%[3]s]}
bootstrap:
  dcs:
    ttl: %[4]d
    loop_wait: %[5]d
    retry_timeout: %[6]d
    synchronous_mode: true
    synchronous_mode_strict: true
    postgresql:
      use_pg_rewind: true
      parameters: {shared_buffers: 32MB, max_connections: 100, wal_keep_size: 128MB}
  initdb: [data-checksums, encoding: UTF8]
  pg_hba:
    - host all all 127.0.0.1/32 trust
    - host replication replicator 127.0.0.1/32 trust
postgresql:
  listen: "127.0.0.1:%[7]d"
  connect_address: "127.0.0.1:%[7]d"
  data_dir: %[8]s/data
  bin_dir: %[9]s
  pgpass: %[8]s/pgpass
  authentication:
    superuser: {username: postgres, password: any}
    replication: {username: replicator, password: any}
  parameters: {unix_socket_directories: %[8]s}
`
