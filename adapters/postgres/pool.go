package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// Usable returns an error if a URL has something in it that no connection can be made with, such as an unknown sslmode
// or a certificate that cannot be read. Nothing is connected.
func Usable(url domain.Secret) error {
	_, err := pgxpool.ParseConfig(url.Reveal())
	return err
}

// openPool returns a pool that connects when it is first asked for a connection.
func openPool(ctx context.Context, url domain.Secret, maxConns int, timeout time.Duration, tracer pgx.QueryTracer,
) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(url.Reveal())
	if err != nil {
		// pgx leaves the password out of its message.
		return nil, fmt.Errorf("DATABASE_URL: %w", err)
	}
	config.MaxConns = int32(min(maxConns, 1<<15)) //nolint:gosec // bounded right here
	if config.ConnConfig.ConnectTimeout == 0 {
		config.ConnConfig.ConnectTimeout = timeout / time.Duration(hosts(config.ConnConfig))
	}
	if config.ConnConfig.RuntimeParams["application_name"] == "" {
		config.ConnConfig.RuntimeParams["application_name"] = "vidaplus-auth"
	}
	var pool *pgxpool.Pool
	listen(config)
	leave(config, func() { pool.Reset() })
	config.ConnConfig.Tracer = tracer
	if pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return nil, fmt.Errorf("open a pool of connections: %w", err)
	}
	return pool, nil
}
