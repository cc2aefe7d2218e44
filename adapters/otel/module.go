package otel

import (
	"github.com/jackc/pgx/v5"
	"go.uber.org/fx"
)

// Module provides the *Traces, and the pgx.QueryTracer of its statements, nil where traces are off. It needs a Version and
// a Report.
var Module = fx.Module("otel", fx.Provide(New, func(t *Traces) pgx.QueryTracer { return t.Statements() }))
