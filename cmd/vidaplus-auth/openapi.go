package main

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/vidaplus/vidaplus-auth/adapters/httpapi"
)

// printOpenAPI prints what the service answers at /openapi.json, for people to read and to compare.
func printOpenAPI(*cobra.Command, []string) error {
	var lines bytes.Buffer
	if err := json.Indent(&lines, httpapi.OpenAPI(), "", "  "); err != nil {
		return fmt.Errorf("write the OpenAPI document: %w", err)
	}
	_, err := fmt.Println(lines.String())
	return err
}
