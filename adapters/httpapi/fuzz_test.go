package httpapi

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/vidaplus/vidaplus-auth/domain"
)

func FuzzAuthorization(f *testing.F) {
	for _, seed := range []string{
		"", "Bearer", "Bearer ", "Bearer a.b.c", "bEaReR a", "Bearer  a", "Bearer\ta", "Basic a", "Bearer a b", "Bearer é",
		"Bearer " + strings.Repeat("a", 5000), "ｂearer a", "Bearer a\r\nX: y", " Bearer a",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		token, err := bearer(http.Header{"Authorization": {value, "Bearer second"}})
		switch {
		case err == nil:
			if !domain.WellFormed(token) || strings.ToLower(value[:7]) != "bearer " || value[7:] != token {
				t.Errorf("%q gave %q", value, token)
			}
		case token != "":
			t.Errorf("%q gave %q beside an error", value, token)
		case errors.Is(err, errNotAuthenticated):
			if scheme, _, _ := strings.Cut(value, " "); strings.ToLower(scheme) == "bearer" {
				t.Errorf("%q is not taken for bearer credentials", value)
			}
		case !errors.Is(err, domain.ErrTokenInvalid):
			t.Errorf("%q: %v", value, err)
		}
	})
}

func FuzzForm(f *testing.F) {
	for _, seed := range []string{
		"", good, "username=a&password=b&grant_type=password", "password=100%;x=1+%26%2B%c3%a9", "password=%", "password=%4",
		"password=%zz%41", "password", "=&=&&", "username=a&username=b", "%75sername=a", "grant_type=%00%ff%22",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		form := parseURLEncoded(body)
		checkErrorIsJSON(t, form.check())
		// Where the standard library understands a form, both read the same.
		values, err := url.ParseQuery(body)
		if err != nil {
			return
		}
		for name, got := range map[string]field{
			"grant_type": form.grantType, "username": form.username, "password": form.password,
		} {
			all := values[name]
			if got.given != (len(all) > 0) || got.given && got.text != all[len(all)-1] {
				t.Errorf("%q: %s is %+v, want the last of %q", body, name, got, all)
			}
		}
	})
}

// FuzzForm_EveryPasswordArrives writes a password as browsers do, and as careless clients do.
func FuzzForm_EveryPasswordArrives(f *testing.F) {
	for _, seed := range []string{"", odd, "a b", "\x00\xff", "%2B", "😀"} {
		f.Add(seed)
	}
	careless := strings.NewReplacer("&", "%26", "+", "%2B", " ", "+", "%", "%25")
	f.Fuzz(func(t *testing.T, password string) {
		for _, written := range []string{url.QueryEscape(password), careless.Replace(password)} {
			if got := parseURLEncoded("username=x&password=" + written).password.text; got != password {
				t.Errorf("%q arrived as %q", password, got)
			}
		}
	})
}

func FuzzMultipart(f *testing.F) {
	whole := part("username", maria) + filePart("password", "x") + "--XX--\n"
	for _, seed := range []string{"", "garbage", whole, strings.ReplaceAll(whole, "\n", "\r\n"), whole[:40], "--XX--"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		form, err := parseMultipart("multipart/form-data; boundary=XX", []byte(body))
		if err != nil && !errors.Is(err, errBadBody) {
			t.Errorf("%q: %v", body, err)
		}
		if len(form.password.text)+len(form.username.text) > len(body) {
			t.Errorf("%q gave more than was in it", body)
		}
		checkErrorIsJSON(t, form.check())
	})
}

// FuzzPasswordChange holds what is read against the standard library's reader, which is more lenient.
func FuzzPasswordChange(f *testing.F) {
	for _, seed := range []string{
		"", "{}", "null", "[]", `{"current_password":"a","new_password":"b"}`, `{"current_password":"a","current_password":"b"}`,
		`{"current_password":1,"new_password":"\ud83d\ude00"}`, `{"current_password":"\ud800","new_password":"\\ud800"}`,
		`{"current_password":"\ud800\u0041","new_password":"\ude00\ud83d"} `, "{\"new_password\":\"\xff\"}", `{"a":{"a":1}}x`,
		`{"current_password":"\ud83d\ude0`, `{"current_password":"x\ud83d\n12345","new_password":"\ufffd�"}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		got, err := parsePasswordChange([]byte(body))
		checkErrorIsJSON(t, err)
		var want map[string]any
		standard := json.Unmarshal([]byte(body), &want)
		present, isText := want["current_password"].(string)
		next, isTextToo := want["new_password"].(string)
		switch {
		case err == nil && (standard != nil || !isText || !isTextToo):
			t.Errorf("%q was read, and is not what it should be: %v", body, standard)
		case err == nil && (got.present.Reveal() != present || got.next.Reveal() != next):
			t.Errorf("%q: read %q and %q, want %q and %q", body, got.present.Reveal(), got.next.Reveal(), present, next)
		case err == nil && !roundTrips(body, present, next):
			t.Errorf("%q: a password was replaced by %q or %q", body, present, next)
		case err != nil && (got.present.Reveal() != "" && got.next.Reveal() != ""):
			t.Errorf("%q: passwords beside an error", body)
		}
	})
}

// roundTrips reports whether the replacement character is in a text only where it was written.
func roundTrips(body string, texts ...string) bool {
	n := 0
	for _, text := range texts {
		n += strings.Count(text, "\ufffd")
	}
	return n <= strings.Count(body, "\ufffd")+strings.Count(strings.ToLower(body), `\ufffd`)
}

func checkErrorIsJSON(t *testing.T, err error) {
	t.Helper()
	if err == nil || errors.Is(err, errBadBody) {
		return
	}
	body := answerTo(err).body
	var parsed struct {
		Detail []struct{ Type, Msg string }
	}
	if err := json.Unmarshal(body, &parsed); err != nil || len(parsed.Detail) == 0 || !utf8.Valid(body) {
		t.Errorf("%s: %v, want a list of what is wrong", body, err)
	}
}
