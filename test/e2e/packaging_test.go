package e2e

import (
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/vidaplus/vidaplus-auth/test/program"
)

func TestDist_IsAStaticBinaryThatKnowsItsVersionWithAChecksum(t *testing.T) {
	t.Parallel()
	if err := program.Sources(); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	c := exec.Command(installed(t, "make", "make"), "dist", "DIST="+folder, "VERSION=v9.8.7", "COMMIT=0123456789ab",
		"PLATFORMS=linux/"+runtime.GOARCH)
	c.Dir = ofProject(t)
	if printed, err := c.CombinedOutput(); err != nil {
		t.Fatalf("make dist: %v\n%s", err, printed)
	}
	name := "vidaplus-auth-v9.8.7-linux-" + runtime.GOARCH
	check := exec.Command("sha256sum", "--check", "--strict", "SHA256SUMS")
	check.Dir = folder
	if printed, err := check.CombinedOutput(); err != nil || string(printed) != name+": OK\n" {
		t.Errorf("the checksums: %v\n%s", err, printed)
	}
	file, err := elf.Open(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	for _, part := range file.Progs {
		if part.Type == elf.PT_INTERP || part.Type == elf.PT_DYNAMIC {
			t.Error("the binary needs a dynamic linker")
		}
	}
	if runtime.GOOS != "linux" {
		return
	}
	want := fmt.Sprintf("vidaplus-auth v9.8.7, commit 0123456789ab, %s\n", runtime.Version())
	dist := unstarted(t, program.Process{Program: filepath.Join(folder, name)})
	if printed := dist.Must("", "version"); printed != want {
		t.Errorf("the version is %q, want %q", printed, want)
	}
}

func TestSystemdUnit_IsLawfulAndHardened(t *testing.T) {
	t.Parallel()
	analyze := installed(t, "systemd-analyze", "systemd")
	unit := filepath.Join(t.TempDir(), "vidaplus-auth.service")
	// The program has to be where the unit says.
	content := strings.ReplaceAll(text(t, "configs", "systemd", "vidaplus-auth.service"), "/usr/local/bin/vidaplus-auth", binary)
	if err := os.WriteFile(unit, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	// Ten is naked, and 1.5 is the most that this unit may have.
	for _, arguments := range [][]string{{"verify"}, {"security", "--offline=true", "--threshold=15", "--no-pager"}} {
		printed, err := exec.Command(analyze, append(arguments, unit)...).CombinedOutput()
		if err != nil || strings.Contains(string(printed), "vidaplus-auth.service:") && arguments[0] == "verify" {
			t.Errorf("systemd-analyze %s: %v\n%s", arguments[0], err, printed)
		}
	}
}

// manifest is as much of Kubernetes' objects as is judged here. The schemas are judged by `make manifests`.
type manifest struct {
	Kind string `yaml:"kind"`
	Spec struct {
		Replicas     int      `yaml:"replicas"`
		MinAvailable int      `yaml:"minAvailable"`
		Selector     selector `yaml:"selector"`
		Template     struct {
			Metadata struct {
				Labels map[string]string `yaml:"labels"`
			} `yaml:"metadata"`
			Spec podSpec `yaml:"spec"`
		} `yaml:"template"`
	} `yaml:"spec"`
}

type selector struct {
	MatchLabels map[string]string `yaml:"matchLabels"`
}

type podSpec struct {
	Grace      int `yaml:"terminationGracePeriodSeconds"`
	Containers []struct {
		Args []string `yaml:"args"`
		Env  []struct {
			Name  string `yaml:"name"`
			Value string `yaml:"value"`
		} `yaml:"env"`
		Ready struct {
			Get struct {
				Path string `yaml:"path"`
			} `yaml:"httpGet"`
		} `yaml:"readinessProbe"`
		Live struct {
			Get struct {
				Path string `yaml:"path"`
			} `yaml:"httpGet"`
		} `yaml:"livenessProbe"`
	} `yaml:"containers"`
}

func manifests(t *testing.T) map[string]manifest {
	t.Helper()
	files, err := filepath.Glob(ofProject(t, "configs", "kubernetes", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]manifest{}
	for _, file := range files {
		content := yaml.NewDecoder(strings.NewReader(text(t, "configs", "kubernetes", filepath.Base(file))))
		for {
			var m manifest
			if err := content.Decode(&m); errors.Is(err, io.EOF) {
				break
			} else if err == nil {
				all[m.Kind] = m
			}
		}
	}
	return all
}

func TestKubernetes_NobodyIsCutOffAndTheDatabaseKillsNobody(t *testing.T) {
	t.Parallel()
	all := manifests(t)
	deployment, budget := all["Deployment"].Spec, all["PodDisruptionBudget"].Spec
	if deployment.Replicas < 2 || budget.MinAvailable < 1 || budget.MinAvailable >= deployment.Replicas {
		t.Errorf("%d of %d replicas have to stay, want at least one and not all", budget.MinAvailable, deployment.Replicas)
	}
	for key, value := range budget.Selector.MatchLabels {
		if deployment.Template.Metadata.Labels[key] != value {
			t.Errorf("the budget is for pods with %s=%s, which are not these", key, value)
		}
	}
	pod := deployment.Template.Spec
	if len(pod.Containers) != 1 {
		t.Fatalf("there are %d containers", len(pod.Containers))
	}
	c := pod.Containers[0]
	if c.Ready.Get.Path != "/readyz" || c.Live.Get.Path != "/healthz" {
		t.Errorf("readiness is asked at %q and liveness at %q: a database that is away would have everybody killed", c.Ready.Get.Path, c.Live.Get.Path)
	}
	env := map[string]string{}
	for _, e := range c.Env {
		env[e.Name] = e.Value
	}
	shutdown, err := time.ParseDuration(env["SHUTDOWN_TIMEOUT"])
	if err != nil || time.Duration(pod.Grace)*time.Second <= shutdown {
		t.Errorf("the cluster kills after %ds, want longer than SHUTDOWN_TIMEOUT, %v, %v", pod.Grace, shutdown, err)
	}
}

// Settings in files that nobody compiles are settings that nobody notices to be gone.
func TestPackaging_SetsOnlyWhatTheProgramKnowsAndTakes(t *testing.T) {
	t.Parallel()
	known := regexp.MustCompile(`(?m)^# ([A-Z_]+)=`).FindAllStringSubmatch(text(t, "configs", ".env.example"), -1)
	all := manifests(t)
	for _, kind := range []string{"Deployment", "Job"} {
		c := all[kind].Spec.Template.Spec.Containers[0]
		env := []string{"PATH=" + os.Getenv("PATH")}
		for _, e := range c.Env {
			switch {
			case e.Name == "GOMEMLIMIT": // Go's own.
			case !slices.ContainsFunc(known, func(k []string) bool { return k[1] == e.Name }):
				t.Errorf("the %s sets %s, which the program does not know", kind, e.Name)
			case strings.HasSuffix(e.Name, "_FILE"):
				value := map[string]string{"SECRET_KEY_FILE": secretKey, "DATABASE_URL_FILE": "postgres://u@127.0.0.1/db"}[e.Name]
				env = append(env, strings.TrimSuffix(e.Name, "_FILE")+"="+value)
			default:
				env = append(env, e.Name+"="+e.Value)
			}
		}
		if _, stderr, code := runWith(t, t.TempDir(), env, "", "config"); code != 0 {
			t.Errorf("the program does not take what the %s sets: %s", kind, stderr)
		}
		if _, stderr, code := runWith(t, t.TempDir(), env, "", append(c.Args, "--help")...); code != 0 {
			t.Errorf("the %s runs %q, which is no command: %s", kind, c.Args, stderr)
		}
	}
	for _, file := range [][]string{{"docker-compose.yml"}, {"Dockerfile"}, {"configs", "systemd", "vidaplus-auth.service"}} {
		for _, set := range regexp.MustCompile(`\b((?:DATABASE|SECRET|HTTP|METRICS|MIGRATE|TRUSTED|DRAIN|SHUTDOWN)_[A-Z_]+)[=:]`).FindAllStringSubmatch(text(t, file...), -1) {
			if !slices.ContainsFunc(known, func(k []string) bool { return k[1] == set[1] }) {
				t.Errorf("%s sets %s, which the program does not know", file[len(file)-1], set[1])
			}
		}
	}
}
