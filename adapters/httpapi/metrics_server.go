package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"go.uber.org/zap"
)

// MetricsServer listens for whoever collects the metrics, at an address that clients of the API need not reach. It speaks
// plain HTTP. Use NewMetricsServer.
type MetricsServer struct {
	address  string
	log      *zap.Logger
	failed   func(error)
	http     *http.Server
	listener net.Listener
}

// NewMetricsServer returns a server that is to be started. failed is called if it stops serving although nobody stopped
// it.
func NewMetricsServer(meter Meter, log *zap.Logger, settings Settings, failed func(error)) *MetricsServer {
	return &MetricsServer{
		address: settings.MetricsAddress, log: log, failed: failed,
		http: &http.Server{
			Handler:           metricsAlone(meter, log),
			ReadHeaderTimeout: settings.HeaderTimeout,
			ReadTimeout:       settings.ReadTimeout,
			WriteTimeout:      settings.WriteTimeout,
			IdleTimeout:       settings.IdleTimeout,
			MaxHeaderBytes:    settings.HeaderLimit,
			ErrorLog:          serverLog(log),
			// Else the standard library answers "OPTIONS *" by itself.
			DisableGeneralOptionsHandler: true,
		},
	}
}

// Start listens, and serves in the background. It returns an error at once if the address is taken.
func (s *MetricsServer) Start(ctx context.Context) error {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", s.address)
	if err != nil {
		return fmt.Errorf("listen for metrics: %w", err)
	}
	s.listener = listener
	s.log.Info("listening for metrics", zap.Stringer("address", listener.Addr()))
	go func() {
		if err := s.http.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("serving metrics ended", zap.Error(err))
			s.failed(err)
		}
	}()
	return nil
}

// Addr returns where a started server listens.
func (s *MetricsServer) Addr() net.Addr { return s.listener.Addr() }

// lastScrape is how long an answer may still take when the server stops.
const lastScrape = 300 * time.Millisecond

// Stop lets answers that are on their way arrive, if they hurry. What is cut off is no failure: it is collected again
// from whatever runs next.
func (s *MetricsServer) Stop(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, lastScrape)
	defer cancel()
	if s.http.Shutdown(ctx) != nil {
		_ = s.http.Close()
	}
}
