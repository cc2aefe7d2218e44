// Command resource-server is an example of a service that VidaPlus Auth lets people into: it answers whoever brings a
// good token with the name of the token's user. It checks tokens by itself, with the keys that VidaPlus Auth publishes:
// it fetches them once, and again when a token names a key that it does not know.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"net/http"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

var (
	issuer   = flag.String("issuer", "http://127.0.0.1:8000", "the ISSUER of VidaPlus Auth")
	audience = flag.String("audience", "hospital", "its AUDIENCE")
	address  = flag.String("address", "127.0.0.1:8001", "where to listen")
)

// caller is what this service needs of a token. UserID never changes; the address in sub may.
type caller struct {
	UserID string `json:"uid"`
	Email  string `json:"sub"`
}

func main() {
	flag.Parse()
	keys := oidc.NewRemoteKeySet(context.Background(), *issuer+"/.well-known/jwks.json")
	// It checks the signature, iss, aud and exp. The algorithm is ours to choose, never the token's.
	verifier := oidc.NewVerifier(*issuer, keys, &oidc.Config{
		ClientID: *audience, SupportedSigningAlgs: []string{oidc.EdDSA},
	})
	server := &http.Server{Addr: *address, ReadHeaderTimeout: 5 * time.Second}
	server.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		token, err := verifier.Verify(r.Context(), raw)
		var who caller
		if err != nil || token.Claims(&who) != nil {
			w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
			http.Error(w, "log in again", http.StatusUnauthorized)
			return
		}
		_, _ = fmt.Fprintf(w, "welcome, %s (user %s)\n", who.Email, who.UserID)
	})
	log.Fatal(server.ListenAndServe())
}
