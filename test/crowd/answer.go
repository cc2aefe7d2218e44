package crowd

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// The account of everybody in a crowd.
const (
	Maria    = "maria@example.com"
	Password = "correct horse battery"
)

// client keeps a connection for every member.
var client = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 4 * Size}}

// Answer is what came back, status 0 if nothing did.
type Answer struct {
	Status int
	// Token is that of a 200, Wait what Retry-After says.
	Token string
	Wait  time.Duration
	Took  time.Duration
	Text  string
}

// Wrong says what is wrong with the answer to a good token: all but a 200 with a token, a 503 that says when to come
// again, and none at all.
func (a Answer) Wrong() string {
	switch {
	case a.Status == 0, a.Status == http.StatusOK && a.Token != "", a.Status == http.StatusServiceUnavailable && a.Wait >= time.Second:
		return ""
	default:
		return fmt.Sprintf("%d %s", a.Status, a.Text)
	}
}

// Ask sends a request.
func Ask(request *http.Request) Answer {
	began := time.Now()
	response, err := client.Do(request)
	if err != nil {
		return Answer{Took: time.Since(began), Text: err.Error()}
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return Answer{Took: time.Since(began), Text: err.Error()}
	}
	a := Answer{Status: response.StatusCode, Took: time.Since(began), Text: fmt.Sprintf("%v %s", response.Header, text)}
	var body struct {
		AccessToken string `json:"access_token"`
	}
	if a.Status == http.StatusOK && json.Unmarshal(text, &body) == nil {
		a.Token = body.AccessToken
	}
	if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil {
		a.Wait = time.Duration(seconds) * time.Second
	}
	return a
}

// Send makes a request of what is given, and sends it to a URL.
func Send(method, target, token string, form url.Values) Answer {
	var body io.Reader = http.NoBody
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	request, err := http.NewRequestWithContext(context.Background(), method, target, body)
	if err != nil {
		return Answer{Text: err.Error()}
	}
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	return Ask(request)
}

// Login logs Maria in at a service.
func Login(service string) Answer {
	return Send(http.MethodPost, service+"/auth/token", "", url.Values{"username": {Maria}, "password": {Password}})
}

// Refresh trades a token in.
func Refresh(service, token string) Answer {
	return Send(http.MethodPost, service+"/auth/token/refresh_token", token, nil)
}
