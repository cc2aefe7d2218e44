package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"

	"go.uber.org/fx"

	"github.com/vidaplus/vidaplus-auth/adapters/httpapi"
	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/configs"
	"github.com/vidaplus/vidaplus-auth/domain"
)

const demoEmail = "demo@example.com"

// errSome ends a listing of users at the first.
var errSome = errors.New("there are users")

// firstStart gives whoever tries the program out a user, and tells how to log in as that user: on an embedded database
// without any user, and nowhere else.
func firstStart(life fx.Lifecycle, c configs.Config, list *application.ListUsers, add *application.AddUser, s *httpapi.Server) {
	if c.Database().Engine != configs.SQLite {
		return
	}
	life.Append(fx.StartHook(func(ctx context.Context) error {
		err := list.Do(ctx, func(domain.User) error { return errSome })
		if errors.Is(err, errSome) {
			return nil
		}
		if err != nil {
			return err
		}
		password := rand.Text()
		_, err = add.Do(ctx, demoEmail, "Demo", false, domain.NewSecret(password))
		if errors.Is(err, domain.ErrEmailTaken) {
			// Somebody else started on the same database at the same moment.
			return nil
		}
		if err == nil {
			fmt.Fprint(os.Stdout, demonstration(baseURL(c, s.Addr().String()), password))
		}
		return err
	}))
}

// demonstration returns two lines for a shell: each works by itself, pasted as it is.
func demonstration(base, password string) string {
	login := fmt.Sprintf("curl -sS %s/auth/token -d username=%s -d password=%s", base, demoEmail, password)
	return fmt.Sprintf("A demo user was added. Log in, then trade the token for a fresh one:\n\n"+
		"%s\n"+
		"curl -sS -X POST %s/auth/token/refresh_token -H \"Authorization: Bearer $(%s | cut -d '\"' -f 4)\"\n\n",
		login, base, login)
}

// baseURL returns where a client on this machine finds the service that listens at addr.
func baseURL(c configs.Config, addr string) string {
	scheme := "http"
	if c.TLSCertFile != "" {
		scheme = "https"
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return scheme + "://" + addr
	}
	if ip := net.ParseIP(host); host == "" || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}
