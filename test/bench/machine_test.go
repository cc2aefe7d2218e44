package main

import "testing"

func TestProcessorIn_ReadsTheFirstName(t *testing.T) {
	const cpuinfo = "processor\t: 0\nmodel\t\t: 2\nmodel name\t: Some CPU 9000\nflags\t: x\nprocessor\t: 1\nmodel name\t: Other\n"
	if got := processorIn(cpuinfo); got != "Some CPU 9000" {
		t.Errorf("%q, want the model's name", got)
	}
}

func TestFileSystemIn_TakesTheNearestMount(t *testing.T) {
	const mounts = "a / ext4 rw 0 0\nb /tmp tmpfs rw 0 0\nc /tm xfs rw 0 0\n"
	for path, want := range map[string]string{"/tmp/x": "tmpfs", "/var/x": "ext4", "/tmpx/y": "ext4"} {
		if got := fileSystemIn(mounts, path); got != want {
			t.Errorf("%s is on %q, want %q", path, got, want)
		}
	}
}
