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
	// giveUp ends the contexts of the requests that still run, hurry tells others that they have hardly any time left.
	giveUp context.CancelCauseFunc
	hurry  func()
	cutOff atomic.Int64
}

// NewServer returns a server that is to be started. failed is called if it stops serving although nobody stopped it.
func NewServer(api *API, log *zap.Logger, settings Settings, failed func(error)) *Server {
	s := &Server{
		api: api, settings: settings, log: log, failed: failed, hurry: func() {},
		busy: busy{conns: make(map[net.Conn]http.ConnState)},
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
	running, giveUp := context.WithCancelCause(context.WithoutCancel(ctx))
	s.http.BaseContext, s.giveUp = func(net.Listener) context.Context { return running }, giveUp
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
