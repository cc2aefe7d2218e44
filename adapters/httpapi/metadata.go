package httpapi

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"
)

// metadata is what RFC 8414 §2 calls authorization server metadata.
type metadata struct {
	Issuer             jsonText `json:"issuer"`
	TokenEndpoint      jsonText `json:"token_endpoint"`
	KeysURI            jsonText `json:"jwks_uri"`
	IntrospectEndpoint jsonText `json:"introspection_endpoint"`
	RevokeEndpoint     jsonText `json:"revocation_endpoint"`
	Documentation      jsonText `json:"service_documentation"`
	ResponseTypes      []string `json:"response_types_supported"`
	// GrantTypes is empty and not left out, although RFC 8414 §3.2 wants that: §2 takes a missing list for
	// authorization_code and implicit. The password grant is for our own clients and not advertised (RFC 9700 §2.4).
	GrantTypes            []string `json:"grant_types_supported"`
	TokenAuthMethods      []string `json:"token_endpoint_auth_methods_supported"`
	IntrospectAuthMethods []string `json:"introspection_endpoint_auth_methods_supported"`
	RevokeAuthMethods     []string `json:"revocation_endpoint_auth_methods_supported"`
}

// metadataOf returns the metadata of an issuer, nil if it cannot have any: RFC 8414 §2 wants an https URL without a
// query or fragment.
func metadataOf(issuer string) []byte {
	u, err := url.Parse(issuer)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || strings.ContainsAny(issuer, "?#") {
		return nil
	}
	at := func(path string) jsonText { return jsonText(strings.TrimSuffix(issuer, "/") + path) }
	byClient := []string{"client_secret_basic"}
	return encode(metadata{
		Issuer: jsonText(issuer), TokenEndpoint: at("/auth/token"), KeysURI: at("/.well-known/jwks.json"),
		IntrospectEndpoint: at("/auth/introspect"), RevokeEndpoint: at("/auth/revoke"), Documentation: at("/docs"),
		ResponseTypes: []string{}, GrantTypes: []string{}, TokenAuthMethods: []string{"none"},
		IntrospectAuthMethods: byClient, RevokeAuthMethods: byClient,
	})
}

// metadataPath is where clients look for the metadata of an issuer without a path.
const metadataPath = "/.well-known/oauth-authorization-server"

// tenantOf returns an issuer's path as the router writes it, which RFC 8414 §3.1 has clients put behind metadataPath, less a slash
// at its end. "" if there is none, or none that could be told from others: a slash that is escaped, or what the router takes
// for any text.
func tenantOf(issuer string) string {
	u, err := url.Parse(issuer)
	if err != nil || strings.Contains(strings.ToLower(u.RawPath), "%2f") || strings.Contains(u.Path, "*") {
		return ""
	}
	return strings.ReplaceAll(strings.TrimSuffix(u.Path, "/"), ":", `\:`)
}

// getMetadata answers GET /.well-known/oauth-authorization-server, also with the issuer's path behind it.
func (a *API) getMetadata(c echo.Context) error {
	if a.metadata == nil {
		return errNotFound
	}
	public(c)
	a.send(c, http.StatusOK, a.metadata)
	return nil
}
