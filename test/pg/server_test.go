package pg

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestServer_KeepsItsDataOverStopKillAndStart(t *testing.T) {
	server := Start(t)
	url := server.URL()
	mustExec(t, connect(t, url), "CREATE TABLE things (id int)")
	ends := []func(){
		func() { server.Stop(false) },
		func() { server.Stop(true) },
		server.Kill,
	}
	for i, end := range ends {
		mustExec(t, connect(t, url), "INSERT INTO things VALUES (1)")
		end()
		if err := execute(t.Context(), url, "SELECT 1"); err == nil {
			t.Fatalf("way %d of ending it: the server still answers", i)
		}
		server.Start()
		if n := count(t, connect(t, url)); n != i+1 {
			t.Errorf("way %d of ending it: %d rows are left, want %d", i, n, i+1)
		}
	}
}

func TestServer_AnswersNothingWhilePausedAndEverythingAfterwards(t *testing.T) {
	server := Start(t)
	patient, hasty := connect(t, server.URL()), connect(t, server.URL())
	server.Pause()

	answered := make(chan error, 1)
	go func() {
		_, err := patient.Exec(t.Context(), "SELECT 1")
		answered <- err
	}()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := hasty.Exec(ctx, "SELECT 1"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a query on a paused server: %v, want a passed deadline", err)
	}
	select {
	case err := <-answered:
		t.Errorf("the paused server answered: %v", err)
	default:
	}

	server.Resume()
	if err := <-answered; err != nil {
		t.Errorf("the query that waited out the pause: %v", err)
	}
}

func TestServer_CanBeStoppedAndRemovedWhilePaused(t *testing.T) {
	server := Start(t)
	server.Pause()
	server.Stop(true)
	server.Start()
	server.Pause()
}

func TestServer_DoesNotStopTwice(t *testing.T) {
	server := Start(t)
	server.Stop(false)
	if err := server.cluster.end(0); !errors.Is(err, errNotRunning) {
		t.Errorf("ending a stopped server: %v, want %v", err, errNotRunning)
	}
}
