package e2e

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/oauth2"
)

func TestOAuth2_TheClientOfTheGoProjectLogsInAndUsesItsToken(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, database string) {
		s := withUser(t, database)
		ctx := context.WithValue(t.Context(), oauth2.HTTPClient, client)
		for name, config := range map[string]oauth2.Config{
			"no client":             {Endpoint: oauth2.Endpoint{TokenURL: s.URL + "/auth/token"}},
			"with the slash":        {Endpoint: oauth2.Endpoint{TokenURL: s.URL + "/auth/token/"}},
			"a client in the form":  {ClientID: "app", ClientSecret: "x", Endpoint: oauth2.Endpoint{TokenURL: s.URL + "/auth/token", AuthStyle: oauth2.AuthStyleInParams}},
			"a client in a header":  {ClientID: "app", ClientSecret: "x", Endpoint: oauth2.Endpoint{TokenURL: s.URL + "/auth/token", AuthStyle: oauth2.AuthStyleInHeader}},
			"scopes nobody defined": {Scopes: []string{"a", "b"}, Endpoint: oauth2.Endpoint{TokenURL: s.URL + "/auth/token"}},
		} {
			t.Run(name, func(t *testing.T) {
				token, err := config.PasswordCredentialsToken(ctx, maria, mariasPassword)
				if err != nil || token.Type() != "Bearer" || !token.Valid() {
					t.Fatalf("the token is %+v, %v", token, err)
				}
				response, err := config.Client(ctx, token).Get(s.URL + "/auth/me")
				if err != nil {
					t.Fatal(err)
				}
				defer response.Body.Close()
				if body, err := io.ReadAll(response.Body); response.StatusCode != http.StatusOK || !strings.Contains(string(body), maria) {
					t.Errorf("its client is answered with %d %s, %v", response.StatusCode, body, err)
				}
				s.refreshed(token.AccessToken)
				_, err = config.PasswordCredentialsToken(ctx, maria, "wrong")
				if refusal, ok := errors.AsType[*oauth2.RetrieveError](err); !ok || refusal.Response.StatusCode != http.StatusUnauthorized {
					t.Errorf("with a wrong password the error is %v", err)
				}
			})
		}
	})
}
