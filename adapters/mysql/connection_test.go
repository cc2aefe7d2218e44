package mysql_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/gormstore"
	"github.com/vidaplus/vidaplus-auth/adapters/mysql"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/test/contract/engine"
	"github.com/vidaplus/vidaplus-auth/test/mariadb"
)

// The test's server has none of these by itself.
func TestConnections_BehaveAlikeWhateverTheServersSettingsAre(t *testing.T) {
	conns, err := open(t).Engine().DB.DB()
	if err != nil {
		t.Fatal(err)
	}
	for variable, want := range map[string]string{
		"@@SESSION.tx_isolation": "READ-COMMITTED", "@@SESSION.time_zone": "+00:00", "@@SESSION.autocommit": "1",
		"@@SESSION.innodb_lock_wait_timeout": "30", "@@SESSION.collation_connection": "utf8mb4_bin",
		"instr(@@SESSION.sql_mode, 'STRICT_ALL_TABLES') > 0": "1",
	} {
		if got := engine.Rows(t, conns, "SELECT "+variable)[0]; got != want {
			t.Errorf("%s is %s, want %s", variable, got, want)
		}
	}
}

func TestStores_RefuseTextThatDoesNotFitInsteadOfCuttingIt(t *testing.T) {
	db := open(t)
	users := gormstore.NewUserRegister(db.Engine())
	for what, u := range map[string]domain.User{
		"too long an address": {ID: "1", Email: strings.Repeat("x", 1021), CreatedAt: engine.Noon},
		"too long a name":     {ID: "2", Email: "b@example.com", Name: strings.Repeat("é", 256), CreatedAt: engine.Noon},
		"a name of bad bytes": {ID: "3", Email: "c@example.com", Name: "caf\xe9", CreatedAt: engine.Noon},
	} {
		err := users.Add(t.Context(), u)
		if err == nil || errors.Is(err, domain.ErrUnavailable) || errors.Is(err, domain.ErrEmailTaken) {
			t.Errorf("%s: %v, want an error that no retry helps", what, err)
		}
		if _, err := gormstore.NewUserStore(db.Engine()).Find(t.Context(), u.ID); !errors.Is(err, domain.ErrUserUnknown) {
			t.Errorf("%s was stored: %v", what, err)
		}
	}
	longest := domain.User{ID: "4", Email: strings.Repeat("𝓪", 255), Name: strings.Repeat("𝓪", 255), CreatedAt: engine.Noon}
	if err := users.Add(t.Context(), longest); err != nil {
		t.Errorf("the longest address and name: %v", err)
	}
}

func TestTimes_AreWholeMicrosecondsInUTC(t *testing.T) {
	url := mariadb.Database(t)
	engine.RoundTrip(t, migrated(t, url))
	if got := engine.Rows(t, mariadb.Connect(t, url), "SELECT CAST(replaced_at AS CHAR) FROM sessions")[0]; got != "2026-03-01 12:00:00.123456" {
		t.Errorf("noon in UTC is kept as %s", got)
	}
}

// A password is a word of its own everywhere, with what ends other parts of a URL in it.
func TestOpen_LogsInWithAPasswordOfAnyCharactersAndNeverShowsIt(t *testing.T) {
	url := mariadb.Database(t)
	root := mariadb.Connect(t, url)
	engine.Execute(t, root, "DROP USER IF EXISTS 'odd@user'", "CREATE USER 'odd@user' IDENTIFIED BY 'p@ss:w/o?r#d&%'",
		"GRANT ALL ON *.* TO 'odd@user'")
	right := strings.Replace(url, "root@", "odd%40user:p%40ss%3Aw%2Fo%3Fr%23d&%25@", 1)
	engine.RoundTrip(t, migrated(t, right))
	wrong := opened(t, strings.Replace(url, "root@", "odd%40user:hunter2@", 1), 20, engine.Patience)
	err := wrong.Migrate(t.Context())
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("a wrong password: %v", err)
	}
}

func TestUsable_RefusesWhatNoConnectionCanBeMadeWith(t *testing.T) {
	nowhere := filepath.Join(t.TempDir(), "none.pem")
	for url, right := range map[string]bool{
		"mysql://h/d": true, "mysql://u@h:1/d?ssl-mode=disabled": true, "mysql:///d?socket=/run/s": true,
		"mysql://h/d?ssl-mode=VERIFY_IDENTITY": true, "mysql://h/d?ssl-mode=VERIFY_CA": true, "mysql://h/d?ssl-mode=REQUIRED": true,
		"mysql://h": false, "mysql://h/a/b": false, "postgres://h/d": false, "mysql://u:canary@h:port/d": false,
		"mysql://u:canary@h/d?ssl-mode=perhaps": false, "mysql://h/d?tls=false": false, "mysql://h/d?allowAllFiles=true": false,
		"mysql://h/d?sql_mode=''": false, "mysql://h/d?ssl-mode=REQUIRED&ssl-mode=DISABLED": false, "mysql://h/d?socket=": false,
		"mysql://h/d?ssl-ca=" + nowhere: false, "mysql://h/d?ssl-mode=VERIFY_CA&ssl-ca=" + nowhere: false,
		"mysql://h/d?ssl-mode=REQUIRED&ssl-cert=" + nowhere: false, "mysql://u:canary@h/d?%zz": false,
	} {
		err := mysql.Usable(domain.NewSecret(url))
		if right != (err == nil) || err != nil && strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v, right: %t", url, err, right)
		}
	}
}

// certificate makes a certificate that is its own authority for the name, in files.
func certificate(t *testing.T, name string) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	if ip := net.ParseIP(name); ip != nil {
		template.IPAddresses = []net.IP{ip}
	}
	public, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	cert, key = filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
	for path, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: public}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

func TestOpen_EncryptsAndChecksAsSSLModeSays(t *testing.T) {
	cert, key := certificate(t, "127.0.0.1")
	other, _ := certificate(t, "127.0.0.1")
	plain, encrypted := mariadb.Throwaway(t), mariadb.Start(t, "--ssl-cert="+cert, "--ssl-key="+key).URL()
	misnamed := strings.Replace(encrypted, "127.0.0.1", "localhost", 1)
	for _, c := range []struct {
		url, options string
		connects     bool
		encrypted    bool
	}{
		{plain, "", true, false},
		{plain, "?ssl-mode=REQUIRED", false, false},
		{encrypted, "", true, true},
		{encrypted, "?ssl-mode=DISABLED", true, false},
		{encrypted, "?ssl-mode=REQUIRED", true, true},
		{encrypted, "?ssl-mode=VERIFY_CA&ssl-ca=" + cert, true, true},
		{encrypted, "?ssl-mode=VERIFY_CA&ssl-ca=" + other, false, false},
		{encrypted, "?ssl-mode=VERIFY_CA", false, false},
		{misnamed, "?ssl-mode=VERIFY_CA&ssl-ca=" + cert, true, true},
		{misnamed, "?ssl-mode=VERIFY_IDENTITY&ssl-ca=" + cert, false, false},
		{encrypted, "?ssl-mode=VERIFY_IDENTITY&ssl-ca=" + cert, true, true},
		{encrypted, "?ssl-mode=VERIFY_IDENTITY&ssl-ca=" + other, false, false},
	} {
		db := opened(t, c.url+c.options, 20, engine.Patience)
		conns, err := db.Engine().DB.DB()
		if err != nil {
			t.Fatal(err)
		}
		var name, cipher string
		err = conns.QueryRowContext(t.Context(), "SHOW STATUS LIKE 'Ssl_cipher'").Scan(&name, &cipher)
		if (err == nil) != c.connects || (cipher != "") != c.encrypted {
			t.Errorf("%s: cipher %q, %v, want to connect: %t, encrypted: %t", c.options, cipher, err, c.connects, c.encrypted)
		}
	}
}

// Who waits for a place in the pool is given a connection that nobody's deadline bounds.
func TestOpen_LetsGoOfConnectionsToAServerThatSaysNothing(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	db, err := mysql.Open(domain.NewSecret("mysql://u@"+listener.Addr().String()+"/d"), 1, engine.Impatience)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			if err := db.Engine().Check(context.WithoutCancel(t.Context())); !errors.Is(err, domain.ErrUnavailable) {
				t.Errorf("the readiness is %v, want %v", err, domain.ErrUnavailable)
			}
		})
		// The next one still waits when this one gives up.
		time.Sleep(engine.Impatience / 2)
	}
	all.Wait()
	if took := time.Since(began); took > 3*engine.Impatience+engine.Slack {
		t.Errorf("it took %v", took)
	}
	conns, err := db.Engine().DB.DB()
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(engine.Slack); conns.Stats().OpenConnections > 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("a connection is kept that was never answered")
		}
	}
}
