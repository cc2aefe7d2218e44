// Command yardstick is the plainest service that does a refresh durably: Echo reads the token, one UPDATE through GORM
// replaces its id, golang-jwt signs the next. It has none of the rules; it is what ours is measured against.
//
//	yardstick -addr 127.0.0.1:8001 -database postgres://…
package main

import (
	"crypto/rand"
	"flag"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/labstack/echo/v4"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

var (
	address  = flag.String("addr", "127.0.0.1:8001", "where to listen")
	database = flag.String("database", "", "postgres://… of a database that may be written to")
	key      = []byte("a key for measurements, of thirty-two bytes or more")
)

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "yardstick:", err)
		os.Exit(1)
	}
}

func run() error {
	db, err := gorm.Open(postgres.Open(*database), &gorm.Config{SkipDefaultTransaction: true, Logger: logger.Discard})
	if err != nil {
		return err
	}
	pool, err := db.DB()
	if err != nil {
		return err
	}
	pool.SetMaxOpenConns(20)
	pool.SetMaxIdleConns(20)
	create := "CREATE TABLE IF NOT EXISTS yardstick (id text PRIMARY KEY, jti text NOT NULL) WITH (fillfactor = 75)"
	if err := db.Exec(create).Error; err != nil {
		return err
	}
	e := echo.New()
	e.POST("/auth/token", func(c echo.Context) error {
		id, jti := rand.Text(), rand.Text()
		if err := db.Exec("INSERT INTO yardstick VALUES (?, ?)", id, jti).Error; err != nil {
			return err
		}
		return grant(c, id, jti)
	})
	e.POST("/auth/token/refresh_token", func(c echo.Context) error { return refresh(c, db) })
	return e.Start(*address)
}

func refresh(c echo.Context, db *gorm.DB) error {
	raw := strings.TrimPrefix(c.Request().Header.Get("Authorization"), "Bearer ")
	var claims jwt.RegisteredClaims
	_, err := jwt.ParseWithClaims(raw, &claims, func(*jwt.Token) (any, error) { return key, nil }, jwt.WithValidMethods([]string{"HS256"}))
	if err != nil {
		return c.JSON(http.StatusUnauthorized, map[string]string{"detail": "Could not validate credentials"})
	}
	next := rand.Text()
	done := db.Exec("UPDATE yardstick SET jti = ? WHERE id = ? AND jti = ?", next, claims.Subject, claims.ID)
	if done.Error != nil {
		return done.Error
	}
	if done.RowsAffected != 1 {
		return c.JSON(http.StatusUnauthorized, map[string]string{"detail": "Could not validate credentials"})
	}
	return grant(c, claims.Subject, next)
}

func grant(c echo.Context, id, jti string) error {
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.RegisteredClaims{
		Subject: id, ID: jti, ExpiresAt: jwt.NewNumericDate(time.Now().Add(30 * time.Minute)),
	}).SignedString(key)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]string{"access_token": token, "token_type": "bearer"})
}
