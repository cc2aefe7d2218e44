package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"time"

	"github.com/vidaplus/vidaplus-auth/configs"
)

// healthcheckTimeout is shorter than what container engines wait for a health check by default.
const healthcheckTimeout = 5 * time.Second

// healthcheck asks the service that runs with this configuration, and fails unless it can serve.
func healthcheck(ctx context.Context, c configs.Config) error {
	ctx, cancel := context.WithTimeout(ctx, healthcheckTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, baseURL(c, c.HTTPAddr)+"/readyz", nil)
	if err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{
		// The certificate is for the public name, and nothing is told to or believed of the other end but a status.
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // see above
	}}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the service answered %s", response.Status)
	}
	return nil
}
