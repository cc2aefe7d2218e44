package httpapi

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	stdlog "log"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"go.uber.org/zap"
)

// Server listens for an API. Use NewServer.
type Server struct {
	api      *API
	settings Settings
	log      *zap.Logger
	failed   func(error)
	http     *http.Server
	listener net.Listener
	busy     busy
	stopping atomic.Bool
}

// NewServer returns a server that is to be started. failed is called if it stops serving although nobody stopped it.
func NewServer(api *API, log *zap.Logger, settings Settings, failed func(error)) *Server {
	s := &Server{
		api: api, settings: settings, log: log, failed: failed, busy: busy{conns: make(map[net.Conn]bool)},
		http: &http.Server{
			Handler:           api,
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
	s.http.ConnState = s.busy.note
	return s
}

// serverLog returns where the standard library complains about connections.
func serverLog(log *zap.Logger) *stdlog.Logger {
	std, err := zap.NewStdLogAt(log, zap.WarnLevel)
	if err != nil {
		return zap.NewStdLog(log)
	}
	return std
}

// Start listens, and serves in the background. It returns an error at once if the address is taken or the certificate
// cannot be used.
func (s *Server) Start(ctx context.Context) error {
	if err := s.loadCertificate(); err != nil {
		return err
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", s.settings.Address)
	if err != nil {
		return fmt.Errorf("listen for HTTP: %w", err)
	}
	s.listener = newRoom(listener, s.busy.open, s.settings, s.api.clock, s.log)
	s.log.Info("listening", zap.Stringer("address", listener.Addr()), zap.Bool("tls", s.http.TLSConfig != nil))
	go s.serve()
	return nil
}

// Addr returns where a started server listens.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

func (s *Server) loadCertificate() error {
	if s.settings.CertFile == "" || s.settings.KeyFile == "" {
		return nil
	}
	certificate, err := tls.LoadX509KeyPair(s.settings.CertFile, s.settings.KeyFile)
	if err != nil {
		return fmt.Errorf("load the TLS certificate: %w", err)
	}
	s.http.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{certificate}}
	return nil
}

func (s *Server) serve() {
	var err error
	if s.http.TLSConfig != nil {
		err = s.http.ServeTLS(s.listener, "", "")
	} else {
		err = s.http.Serve(s.listener)
	}
	if !errors.Is(err, http.ErrServerClosed) && !s.stopping.Load() {
		s.log.Error("serving ended", zap.String("error", err.Error()))
		s.failed(err)
	}
}

// Stop drains: the service counts as not ready and answers close their connections, for a moment new requests are still
// served, then only those that run. When ctx ends they are cut off, which is an error.
func (s *Server) Stop(ctx context.Context) error {
	s.api.Drain()
	s.pause(ctx, s.settings.DrainDelay)
	// Not Shutdown yet: that drops, unanswered, whatever request has been read but not begun.
	s.stopping.Store(true)
	_ = s.listener.Close()
	// Twice, since a connection may have been accepted and not be known yet.
	for quiet := 0; quiet < 2 && ctx.Err() == nil; quiet++ {
		s.pause(ctx, drainStep)
		if !s.busy.none() {
			quiet = -1
		}
	}
	// The listener is closed already, so that closing it again may fail.
	if err := s.http.Shutdown(ctx); err != nil && !errors.Is(err, net.ErrClosed) {
		_ = s.http.Close()
		return fmt.Errorf("requests were cut off: %w", err)
	}
	return nil
}

// drainStep is how often a draining server looks whether it is done.
const drainStep = 5 * time.Millisecond

func (s *Server) pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
