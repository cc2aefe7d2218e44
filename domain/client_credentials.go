package domain

// ClientCredentials are what a resource server proves itself with.
type ClientCredentials struct {
	ID     string
	Secret Secret
}

// KnownClient reports whether one of the known clients has this id and this secret. How long it takes tells nothing
// about ids and secrets but their lengths.
func KnownClient(known []ClientCredentials, id string, secret Secret) bool {
	found := false
	for _, c := range known {
		same := NewSecret(c.ID).Equal(NewSecret(id))
		if c.Secret.Equal(secret) && same {
			found = true
		}
	}
	return found
}
