// Package cli is the command line that looks after users, sessions and keys, and shows events. Results go to standard output, everything
// else to standard error. It knows no store: whoever runs the commands hands it a way to open one. A password is never
// an argument, which every process of the machine could read, and never printed; a value that may be one is never
// repeated in an error. Text from outside reaches no terminal unescaped.
package cli

import (
	"context"

	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/configs"
)

// Operator is what the commands work with: the use cases over one open store.
type Operator struct {
	AddUser        *application.AddUser
	ListUsers      *application.ListUsers
	ShowUser       *application.ShowUser
	ChangeUser     *application.ChangeUser
	UnlockUser     *application.UnlockUser
	RemoveUser     *application.RemoveUser
	ImportUsers    Import
	UnshareUsers   *application.UnshareUsers
	ListSessions   *application.ListSessions
	RevokeSessions *application.RevokeSessions
	PruneSessions  *application.PruneSessions
	ListEvents     *application.ListEvents
}

// Import takes the accounts of the original whose database this is.
type Import func(ctx context.Context, from configs.Database, o application.ImportOptions) (application.ImportReport, error)

// Open brings the store up, hands do an Operator that is good until do returns, and closes the store again. It returns
// do's error if there is one. A command opens the store at most once, and only after its words and values, the
// password among them, were found good.
type Open func(ctx context.Context, do func(context.Context, Operator) error) error
