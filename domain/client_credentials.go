package domain

// ClientCredentials are what a resource server proves itself with.
type ClientCredentials struct {
	ID     string
	Secret Secret
}

// KnownClient returns the id of the known client that is claimed, "" if there is none, and whether the secret is its own. How
// long it takes tells nothing about ids and secrets but their lengths.
func KnownClient(known []ClientCredentials, claimed ClientCredentials) (id string, proved bool) {
	for _, c := range known {
		same := NewSecret(c.ID).Equal(NewSecret(claimed.ID))
		right := c.Secret.Equal(claimed.Secret)
		if same {
			id, proved = c.ID, right
		}
	}
	return id, proved
}
