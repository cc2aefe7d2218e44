package cli

import (
	"github.com/spf13/cobra"

	"github.com/vidaplus/vidaplus-auth/application"
)

func listKeys(open OpenKeys) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the keys and what they do",
		Long: "List the keys that tokens are signed and checked with: the kid in tokens, or the variable of a secret, and what the\n" +
			"key does now. A key that begins later checks tokens already. No key is printed.",
		Example: "  vidaplus-auth keys list",
		Args:    Takes(),
		RunE: func(c *cobra.Command, _ []string) error {
			return open(c.Context(), func(list *application.ListKeys) error { return printKeys(c, list) })
		},
	}
}

func printKeys(c *cobra.Command, list *application.ListKeys) error {
	keys := newTable(c.OutOrStdout())
	keys.row("KEY", "ALGORITHM", "BEGINS", "NOW")
	for _, k := range list.Do() {
		begins := "-"
		if !k.Begins.IsZero() {
			begins = instant(k.Begins)
		}
		keys.row(k.ID, k.Algorithm, begins, string(k.Use))
	}
	return keys.end()
}
