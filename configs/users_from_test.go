package configs_test

import (
	"strings"
	"testing"
)

func TestLoad_SharesAccountsOnPostgreSQLWithATableOutsideOurSchemaOnly(t *testing.T) {
	server := []string{"DATABASE_URL=postgres://h/d", "SECRET_KEY=" + key, "DATABASE_SCHEMA=ours"}
	for text, right := range map[string]bool{
		"": true, "public.users": true, "Clinic_1.Users": true,
		"ours.users": false, "users": false, ".users": false, "public.": false, "a.b.c": false, `public."users"`: false,
		"public.users; DROP TABLE users": false, "public.users\n": false,
	} {
		_, err := load(t, "", append(server, "USERS_FROM="+text)...)
		if right != (err == nil) || err != nil && !strings.HasPrefix(err.Error(), "USERS_FROM is ") {
			t.Errorf("%q: %v, right %t", text, err, right)
		}
	}
}
