package cli_test

import (
	"strings"
	"testing"
)

func TestGenerateKey_LeavesAFileAloneWhoseFolderCannotBeWritten(t *testing.T) {
	// Not even root makes a file in this folder.
	a := newStage(t).run("keys", "generate", "HS256", "--file", "/proc/version", "--if-absent")
	if a.exit != 0 || !strings.Contains(a.errOut, "exists and was not changed") {
		t.Errorf("a file in a folder that cannot be written gives %+v, want that it was left alone", a)
	}
}
