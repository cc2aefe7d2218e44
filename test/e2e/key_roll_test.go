package e2e

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"

	"github.com/vidaplus/vidaplus-auth/test/pg"
	"github.com/vidaplus/vidaplus-auth/test/program"
)

const (
	// rollers are as many sessions as are refreshed, again and again, while a key is replaced.
	rollers = 16
	// notice is how long before it signs the new key of a story is there. In production it is ten minutes.
	notice = 6 * time.Second
)

// roll is a crowd whose every token is used at once, here and at a resource server.
type roll struct {
	replicas  []*service
	verifiers []*oidc.IDTokenVerifier

	mu     sync.Mutex
	tokens []string
	wrong  []string
}

// begin lets the sessions be refreshed until finish is called.
func (r *roll) begin(t *testing.T) (finish func()) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for i := range rollers {
		token := r.replicas[0].loggedIn()
		all.Go(func() {
			for step := i; ctx.Err() == nil && token != ""; step++ {
				token = r.step(step, token)
			}
		})
	}
	return func() { stop(); all.Wait() }
}

// step refreshes a session, shows the new token around, and returns it, or "" if something went wrong.
func (r *roll) step(n int, token string) string {
	one, other := r.replicas[n%len(r.replicas)], r.replicas[(n+1)%len(r.replicas)]
	got, err := one.tryRefresh(token)
	match := grantForm.FindStringSubmatch(got.body)
	if err != nil || got.status != http.StatusOK || match == nil {
		return r.complain("a refresh is answered with", got, err)
	}
	got, err = other.tryCall(http.MethodGet, "/auth/me", match[1], "")
	if err != nil || got.status != http.StatusOK {
		return r.complain("the token that came is answered with", got, err)
	}
	for _, verifier := range r.verifiers {
		if _, err := verifier.Verify(context.Background(), match[1]); err != nil {
			return r.complain("offline the token is refused", answer{}, err)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tokens = append(r.tokens, match[1])
	return match[1]
}

func (r *roll) complain(what string, got answer, err error) string {
	text := what + " " + http.StatusText(got.status) + " " + got.body
	if err != nil {
		text += " " + err.Error()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.wrong = append(r.wrong, text)
	return ""
}

// served counts the tokens that a key has signed.
func (r *roll) served(t *testing.T, key keyFile) (n int) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, token := range r.tokens {
		if signerOf(t, token) == key.id {
			n++
		}
	}
	return n
}

// signerOf returns the name of the key that a token says signed it.
func signerOf(t *testing.T, token string) string {
	t.Helper()
	read, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.EdDSA, jose.ES256, jose.RS256})
	if err != nil {
		t.Fatal(err)
	}
	return read.Signatures[0].Protected.KeyID
}

func TestKeyRoll_FailsNoRequestAndNoVerification(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		algorithm string
		replicas  int
	}{"one process": {"EdDSA", 1}, "two replicas": {"ES256", 2}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &roll{replicas: []*service{signsWith(t, c.algorithm, pg.Database(t), "LOG_LEVEL=warn")}}
			for len(r.replicas) < c.replicas {
				r.replicas = append(r.replicas, r.replicas[0].beside())
			}
			for _, s := range r.replicas {
				r.verifiers = append(r.verifiers, s.resourceServer(c.algorithm))
			}
			r.replaceKey(t, c.algorithm)
		})
	}
}

// replaceKey lets a second key take over while everybody goes on, and judges what came of it.
func (r *roll) replaceKey(t *testing.T, algorithm string) {
	t.Helper()
	first := r.replicas[0].keyFiles()[0]
	aside := r.replicas[0].loggedIn()
	finish := r.begin(t)
	program.Within(t, time.Minute, "tokens are signed with the first key", func() bool { return r.served(t, first) > 2*rollers })
	second := r.replicas[0].generateKey(algorithm).beginning(t, time.Now().Add(notice))
	var known []jose.JSONWebKeySet
	for _, s := range r.replicas {
		s.isRead(first, second)
		known = append(known, s.keySet())
	}
	if !time.Now().Before(second.begins) || r.served(t, second) > 0 {
		t.Error("the second key signed before every replica had published it")
	}
	program.Within(t, time.Minute, "tokens are signed with the second key", func() bool { return r.served(t, second) > 10*rollers })
	finish()
	r.judge(t, algorithm, known, first, second)
	if next := r.replicas[len(r.replicas)-1].refreshed(aside); signerOf(t, next) != second.id {
		t.Error("a token of the first key was not refreshed into one of the second")
	}
}

func (r *roll) judge(t *testing.T, algorithm string, known []jose.JSONWebKeySet, first, second keyFile) {
	t.Helper()
	for _, wrong := range r.wrong {
		t.Error(wrong)
	}
	t.Logf("%d tokens of the first key, %d of the second", r.served(t, first), r.served(t, second))
	for _, token := range r.tokens {
		for _, set := range known {
			verified(t, set, algorithm, token)
		}
		begun := claimsOf(t, token).seconds(t, "iat") >= second.begins.Unix()
		if id := signerOf(t, token); begun != (id == second.id) {
			t.Errorf("the key %s signed a token of %s", id, claimsOf(t, token).payload)
		}
	}
	if len(r.replicas[0].keySet().Keys) != 2 {
		t.Error("the first key is not published any more although its tokens live")
	}
	for _, s := range r.replicas {
		s.records("token_reused", 0)
	}
}
