package mysql

import (
	"cmp"
	"errors"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/go-sql-driver/mysql"

	"github.com/vidaplus/vidaplus-auth/domain"
)

// The errors of a URL do not repeat it, since there may be a password in it.
var (
	errURL     = errors.New("must be mysql://USER:PASSWORD@HOST:PORT/NAME")
	errOptions = errors.New("the only options are socket, ssl-mode, ssl-ca, ssl-cert and ssl-key, each given once")
)

// Usable returns an error if a URL has something in it that no connection can be made with, such as an unknown option
// or a certificate that cannot be read. Nothing is connected.
func Usable(url domain.Secret) error {
	_, err := parse(url)
	return err
}

// parse turns a URL into the driver's settings. Its options are those of MySQL's own URIs. The driver's are refused:
// what they choose is chosen here.
func parse(secret domain.Secret) (*mysql.Config, error) {
	u, err := url.Parse(secret.Reveal())
	if err != nil || u.Scheme != "mysql" || u.Opaque != "" || u.Fragment != "" {
		return nil, errURL
	}
	options, err := parseOptions(u.RawQuery)
	if err != nil {
		return nil, err
	}
	c := mysql.NewConfig()
	c.User = u.User.Username()
	c.Passwd, _ = u.User.Password()
	c.DBName = strings.TrimPrefix(u.Path, "/")
	if c.DBName == "" || strings.Contains(c.DBName, "/") {
		return nil, errURL
	}
	c.Net, c.Addr = "tcp", net.JoinHostPort(cmp.Or(u.Hostname(), "127.0.0.1"), cmp.Or(u.Port(), "3306"))
	if socket := options["socket"]; socket != "" {
		c.Net, c.Addr = "unix", socket
		options["ssl-mode"] = cmp.Or(options["ssl-mode"], disabled)
	}
	return c, encrypt(c, options)
}

func parseOptions(query string) (map[string]string, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, errOptions
	}
	options := make(map[string]string, len(values))
	for name, given := range values {
		known := slices.Contains([]string{"socket", "ssl-mode", "ssl-ca", "ssl-cert", "ssl-key"}, name)
		if !known || len(given) != 1 || given[0] == "" {
			return nil, errOptions
		}
		options[name] = given[0]
	}
	return options, nil
}
