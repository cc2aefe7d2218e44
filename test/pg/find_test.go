package pg

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestFindBinaries_TakesTheFirstFolderOfThePathThatHasAllOfThem(t *testing.T) {
	half, whole := t.TempDir(), t.TempDir()
	for _, program := range []string{filepath.Join(half, "postgres"), filepath.Join(whole, "postgres"), filepath.Join(whole, "initdb")} {
		if err := os.WriteFile(program, nil, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", half+string(filepath.ListSeparator)+whole)
	if got, err := findBinaries(); got != whole || err != nil {
		t.Errorf("found %q, %v, want %q", got, err, whole)
	}
}

func TestNewestFirst_ComparesVersionsAsNumbers(t *testing.T) {
	got := newestFirst([]string{"/usr/lib/postgresql/13/bin", "/usr/lib/postgresql/9.6/bin", "/usr/lib/postgresql/17/bin"})
	want := []string{"/usr/lib/postgresql/17/bin", "/usr/lib/postgresql/13/bin", "/usr/lib/postgresql/9.6/bin"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
