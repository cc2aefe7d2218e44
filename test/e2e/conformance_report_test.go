package e2e

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"testing"
)

// conformed returns the exit code of the run: its own, and 1 if an answer was not as documented, or if after every test
// there is something documented that no test has seen.
func conformed(code int) int {
	slices.Sort(witnessed.breaches)
	for _, breach := range slices.Compact(witnessed.breaches) {
		fmt.Fprintln(os.Stderr, "e2e:", breach)
	}
	if len(witnessed.breaches) > 0 {
		return max(code, 1)
	}
	if code != 0 || !everyTestRan() {
		return code
	}
	d, err := published()
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		return 1
	}
	for _, missing := range d.unseen() {
		fmt.Fprintln(os.Stderr, "e2e: the OpenAPI document has", missing, "but no test has seen it")
		code = 1
	}
	return code
}

// everyTestRan tells from the flags of the run.
func everyTestRan() bool {
	for _, name := range []string{"test.run", "test.skip", "test.list"} {
		if given := flag.Lookup(name); given != nil && given.Value.String() != "" {
			return false
		}
	}
	return !testing.Short()
}
