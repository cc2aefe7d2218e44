package application_test

import (
	"context"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/domain"
)

// noted returns the session that is noted while do runs.
func (p *program) noted(do func(ctx context.Context)) string {
	ctx, note := application.WithNote(p.ctx())
	do(ctx)
	return note.SessionID
}

func TestNote_SaysWhichSessionARequestIsAboutWhateverTheAnswerIs(t *testing.T) {
	p := newStage(t).open()
	p.added(maria)
	var first application.Grant
	session := p.noted(func(ctx context.Context) {
		var err error
		first, err = p.login.Do(ctx, maria, domain.NewSecret(password), browser)
		p.ok(err)
	})
	if session == "" || p.state(session).ID != session {
		t.Fatalf("a log-in notes the session %q, want the one that it began", session)
	}
	present := func(what, token string, want error) {
		t.Helper()
		if got := p.noted(func(ctx context.Context) {
			_, err := p.refresh.Do(ctx, token, browser)
			if want == nil {
				p.ok(err)
			} else {
				p.is(err, want)
			}
		}); got != session {
			t.Errorf("%s notes the session %q, want %q", what, got, session)
		}
	}
	present("a refresh", first.Token, nil)
	p.clock.now = p.clock.now.Add(time.Minute)
	present("a reuse", first.Token, domain.ErrTokenReused)
	present("a refresh of an ended session", first.Token, domain.ErrSessionEnded)
}

func TestNote_SaysNothingOfATokenThatIsNotOurs(t *testing.T) {
	p := newStage(t).open()
	if got := p.noted(func(ctx context.Context) { _, _ = p.refresh.Do(ctx, "x.y.z", browser) }); got != "" {
		t.Errorf("the session %q is noted for a token that nobody signed", got)
	}
}

func TestNote_IsOptional(t *testing.T) {
	p := newStage(t).open()
	p.added(maria)
	if _, err := p.login.Do(p.ctx(), maria, domain.NewSecret(password), browser); err != nil {
		t.Errorf("without anybody who wants a note a log-in fails: %v", err)
	}
}
