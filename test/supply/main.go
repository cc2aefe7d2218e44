// Command supply tells what the program is made of besides its own code: under which licences it stands, and the notices
// that have to go with a binary. Its tests hold docs/licences.md and docs/dependencies.md against the modules that are
// really built in, and build the program twice. It uses nothing of the service.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	notices := flag.Bool("notices", false, "print the licence of each module in the program, in full, instead of the list of all")
	flag.Parse()
	if err := run(*notices); err != nil {
		fmt.Fprintln(os.Stderr, "supply:", err)
		os.Exit(1)
	}
}

func run(full bool) error {
	all, err := modules(".")
	if err != nil {
		return err
	}
	if full {
		fmt.Print(notices(all))
		return nil
	}
	fmt.Print(list(all))
	return nil
}
