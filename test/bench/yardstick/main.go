// Command yardstick is what ours is measured against: the plainest services that refresh, each with our libraries,
// their default settings and none of our rules.
//
//	ceiling  Echo reads a token, golang-jwt signs the next: no store, so nothing that refreshes is faster
//	update   the same, and one UPDATE through GORM a refresh, on PostgreSQL
//	shared   the same, and refreshes that come at the same time share one UPDATE
//	sqlite   as update, on SQLite
//	argon2   no service: hashes passwords for a while and prints how many a second
//
// The tables are made, and filled, by whoever starts it.
//
//	yardstick -kind update -addr 127.0.0.1:8001 -database postgres://…
package main

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/labstack/echo/v4"
)

var (
	kind     = flag.String("kind", "ceiling", "ceiling, update, shared, sqlite or argon2")
	address  = flag.String("addr", "127.0.0.1:8001", "where to listen")
	database = flag.String("database", "", "postgres://…, or the path of an SQLite database")
	key      = flag.String("key", "", "the HMAC key of the tokens")
	duration = flag.Duration("duration", 5*time.Second, "how long argon2 hashes")
)

// swap makes next the current token of session id if presented is, and reports whether it was. It is durable.
type swap func(ctx context.Context, id, presented, next string) (bool, error)

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "yardstick:", err)
		os.Exit(1)
	}
}

func run() error {
	if *kind == "argon2" {
		return hashAlone(os.Stdout, *duration)
	}
	store, err := open(*kind, *database)
	if err != nil {
		return err
	}
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.GET("/readyz", func(c echo.Context) error { return c.NoContent(http.StatusOK) })
	e.POST("/auth/token/refresh_token", func(c echo.Context) error { return refresh(c, store) })
	return e.Start(*address)
}

func open(kind, database string) (swap, error) {
	switch kind {
	case "ceiling":
		return func(context.Context, string, string, string) (bool, error) { return true, nil }, nil
	case "update":
		return openPostgres(database)
	case "shared":
		return openShared(database)
	case "sqlite":
		return openSQLite(database)
	default:
		return nil, fmt.Errorf("there is no yardstick %q", kind)
	}
}
