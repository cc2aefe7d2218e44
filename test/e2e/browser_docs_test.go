package e2e

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// css makes selectors.
type css = chromedp.CSS

// watchPolicy keeps, in the page, what its Content-Security-Policy forbade.
const watchPolicy = `window.forbidden = [];
	document.addEventListener('securitypolicyviolation', e => forbidden.push(e.violatedDirective + ' ' + e.blockedURI));`

func TestDocs_APersonLogsInOnThePageAndRefreshes(t *testing.T) {
	t.Parallel()
	b := openBrowser(t)
	s := withUser(t, "sqlite:vidaplus.db")
	b.do(t, "open the page",
		chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
			_, err := cdp.Call(ctx, target, page.AddScriptToEvaluateOnNewDocument,
				page.AddScriptToEvaluateOnNewDocumentParams{Source: watchPolicy})
			return err
		}),
		chromedp.Navigate(s.URL+"/docs"),
		chromedp.WaitVisible(css(`#operations-Tokens-refreshToken`)),
	)
	b.do(t, "log in",
		chromedp.Click(css(`.btn.authorize`)),
		chromedp.SendKeys(css(`#oauth_username`), maria),
		chromedp.SendKeys(css(`#oauth_password`), mariasPassword),
		chromedp.Click(css(`.auth-container:has(#oauth_username) button.authorize`)),
		chromedp.WaitVisible(chromedp.Search(`//h6[text()="Authorized"]`)),
		chromedp.Click(css(`.btn-done`)),
	)
	const operation = `#operations-Tokens-refreshToken `
	b.do(t, "refresh",
		chromedp.Click(css(operation+`.opblock-summary-control`)),
		chromedp.Click(css(operation+`.try-out__btn`)),
		chromedp.Click(css(operation+`.execute`)),
	)
	shown := func(selector string) string {
		return got(t, b, "read "+selector, chromedp.Text(css(operation+selector)))
	}
	status := shown(`.live-responses-table tbody .response-col_status`)
	first := bearerIn(t, shown(`.curl-command .curl`))
	second := tokenIn(t, shown(`.live-responses-table .response-col_description pre`))
	if !strings.HasPrefix(status, "200") || second == first {
		t.Fatalf("the page shows %s, and a new token: %t", status, second != first)
	}
	s.refreshed(second)
	b.wasLeftAlone(t, s.URL)
	// The browser has the page's files now, and asks whether they are still good.
	b.do(t, "open the page anew", chromedp.Reload(), chromedp.WaitVisible(css(`.btn.authorize.unlocked`)))
	b.wasLeftAlone(t, s.URL)
}

// tokenIn returns the token in an answer as the page shows it.
func tokenIn(t *testing.T, text string) string {
	t.Helper()
	return granted(t, strings.Join(strings.Fields(text), ""))
}

// bearerIn returns the token in the command that the page shows for what it has just sent.
func bearerIn(t *testing.T, command string) string {
	t.Helper()
	_, rest, found := strings.Cut(command, "Authorization: Bearer ")
	if !found {
		t.Fatalf("the page did not send its token: %s", command)
	}
	token, _, _ := strings.Cut(rest, "'")
	return token
}

// wasLeftAlone checks that the page asked nobody else for anything, that its policy forbade nothing that it needs, and
// that it left nothing behind.
func (b *browser) wasLeftAlone(t *testing.T, origin string) {
	t.Helper()
	forbidden := got(t, b, "ask for what was forbidden", chromedp.Evaluate[[]string](`window.forbidden`))
	kept := got(t, b, "ask for what is kept",
		chromedp.Evaluate[int](`localStorage.length + sessionStorage.length + document.cookie.length`))
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(forbidden) > 0 || len(b.complaints) > 0 {
		t.Errorf("the policy forbade %q, the console says %q", forbidden, b.complaints)
	}
	if kept > 0 {
		t.Error("the page keeps something in the browser")
	}
	ours := 0
	for _, address := range b.requested {
		switch {
		case strings.HasPrefix(address, origin+"/"):
			ours++
		case !strings.HasPrefix(address, "data:"):
			t.Errorf("the page asked for %s", address)
		}
	}
	if ours < 5 {
		t.Errorf("only %d requests were seen, so nothing is proved: %q", ours, b.requested)
	}
}
