package application

import (
	"context"
	"errors"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// AuthenticateClient knows the resource servers that may introspect and revoke tokens. RFC 6749 §2.3.1: an endpoint that takes
// a client's secret must be protected against guessing.
type AuthenticateClient struct {
	clients []domain.ClientCredentials
	limit   *clientLimit
	clock   ports.Clock
	audit   ports.AuditLog
	// refused and limited were recorded lately.
	refused, limited told
}

// NewAuthenticateClient returns the use case.
func NewAuthenticateClient(clients []domain.ClientCredentials, limits domain.LoginLimits, clock ports.Clock, audit ports.AuditLog,
) *AuthenticateClient {
	return &AuthenticateClient{clients: clients, limit: newClientLimit(limits), clock: clock, audit: audit}
}

// Do returns nil if one of the credentials, which are one attempt read in several ways, is a known client's. Otherwise
// domain.ErrClientUnknown, or domain.LimitedError for one wrong secret too many from the client's network address.
func (a *AuthenticateClient) Do(ctx context.Context, client domain.Client, claimed ...domain.ClientCredentials) error {
	id, proved := "", false
	for _, c := range claimed {
		switch known, right := domain.KnownClient(a.clients, c); {
		case right:
			id, proved = known, true
		case id == "":
			id = known
		}
	}
	at := a.clock()
	from := origin{client: id, network: domain.Network(client.Address)}
	err := a.limit.judge(from, proved, at)
	if err != nil {
		a.tell(ctx, domain.Event{At: at, Client: client, Detail: domain.CleanedText(id, domain.MaxDetailLength)}, from, err)
	}
	return err
}

// tell records once a minute for each client and address: to ask costs nothing, and a flood must not fill the store.
func (a *AuthenticateClient) tell(ctx context.Context, e domain.Event, from origin, err error) {
	known := &a.refused
	switch {
	case errors.Is(err, domain.ErrLimited):
		e.Kind, e.Reason = domain.EventClientLimited, domain.ReasonClientLimit
		known = &a.limited
	case from.client == "":
		e.Kind, e.Reason = domain.EventClientRefused, domain.ReasonClientUnknown
	default:
		e.Kind, e.Reason = domain.EventClientRefused, domain.ReasonWrongSecret
	}
	if known.first(domain.Attempt{Account: from.client, Network: from.network}, e.At) {
		a.audit.Record(ctx, e)
	}
}
