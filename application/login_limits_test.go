package application_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

var stranger = domain.NewClient("198.51.100.9", "Guess/1.0")

// guess tries a wrong password.
func (p *program) guess(email string, from domain.Client) error {
	_, err := p.login.Do(p.ctx(), email, domain.NewSecret("a wrong guess"), from)
	return err
}

func (p *program) right(from domain.Client) error {
	_, err := p.login.Do(p.ctx(), maria, domain.NewSecret(password), from)
	return err
}

// limited checks that err is the refusal of this limit, and nothing was hashed for it.
func (p *program) limited(err error, limit domain.LimitName, wait time.Duration) {
	p.t.Helper()
	got, ok := errors.AsType[domain.LimitedError](err)
	if !ok || got != (domain.LimitedError{Limit: limit, Wait: wait}) {
		p.t.Fatalf("the error is %v, want the limit of one %s for %v", err, limit, wait)
	}
	p.is(err, domain.ErrLimited)
}

func (p *program) guesses(n int, email string, from domain.Client) {
	p.t.Helper()
	for range n {
		p.is(p.guess(email, from), domain.ErrBadCredentials)
	}
}

func TestLogin_TheEleventhWrongPasswordIsLimitedForKnownAndUnknownAlike(t *testing.T) {
	p, u := newStage(t).withMaria()
	for _, email := range []string{maria, "nobody@example.com", "no address", "\xff"} {
		p.audit.events = nil
		p.guesses(10, email, stranger)
		p.passwords.counted()
		p.passwords.queued = 0
		p.limited(p.guess(email, stranger), domain.LimitAccount, 5*time.Minute)
		p.limited(p.guess(email, domain.NewClient("203.0.113.1", "")), domain.LimitAccount, 5*time.Minute)
		if n := p.passwords.counted(); n != 0 || p.passwords.queued != 0 {
			t.Errorf("%q: limited attempts cost %d verifications and %d places in the queue, want none", email, n, p.passwords.queued)
		}
		e := p.audit.of(domain.EventLoginLimited)
		if len(e) != 2 || e[0].Reason != domain.ReasonAccountLimit || e[0].Client != stranger || e[0].At != noon ||
			(e[0].UserID == u.ID) != (email == maria) {
			t.Errorf("%q: recorded were %+v, want a limit of the account from each address", email, e)
		}
	}
	p.limited(p.right(stranger), domain.LimitAccount, 5*time.Minute)
	p.clock.pass(5 * time.Minute)
	p.ok(p.right(stranger))
	p.noSecrets("a wrong guess", password, "no address")
}

func TestLogin_AnAccountIsOneInEveryLetterCase(t *testing.T) {
	p, _ := newStage(t).withMaria()
	p.guesses(5, maria, stranger)
	p.guesses(5, "MARIA@EXAMPLE.COM", stranger)
	p.limited(p.guess("Maria@example.com", stranger), domain.LimitAccount, 5*time.Minute)
}

func TestLogin_AnAddressIsLimitedAfterTwoHundred(t *testing.T) {
	p, _ := newStage(t).withMaria()
	for i := range 200 {
		// A subscriber of IPv6 has a whole /64.
		p.guesses(1, fmt.Sprint("user", i, "@example.com"), domain.NewClient(fmt.Sprintf("2001:db8::%x", i), ""))
	}
	p.limited(p.right(domain.NewClient("2001:db8::ffff", "")), domain.LimitAddress, 5*time.Minute)
	p.ok(p.right(domain.NewClient("2001:db8:0:1::1", "")))
}

func TestLogin_StrangersDoNotLockOutAKnownDevice(t *testing.T) {
	p, _ := newStage(t).withMaria()
	p.ok(p.right(browser))
	p.guesses(10, maria, stranger)
	for i := range 200 {
		p.guesses(1, fmt.Sprint("user", i, "@example.com"), browser)
	}
	p.ok(p.right(browser))
	p.limited(p.right(stranger), domain.LimitAccount, 5*time.Minute)
	p.guesses(10, maria, browser)
	p.limited(p.right(browser), domain.LimitDevice, 5*time.Minute)
}

func TestLogin_OfManyAtOnceNoMoreAreCheckedThanMayFail(t *testing.T) {
	p, _ := newStage(t).withMaria()
	p.passwords.verified = func() { time.Sleep(5 * time.Millisecond) } // so that they meet
	var refused, limited atomic.Int32
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			switch err := p.guess(maria, stranger); {
			case errors.Is(err, domain.ErrBadCredentials):
				refused.Add(1)
			case errors.Is(err, domain.ErrLimited):
				limited.Add(1)
			default:
				t.Errorf("a guess was answered %v", err)
			}
		})
	}
	all.Wait()
	if n := p.passwords.counted(); n != 10 || refused.Load() != 10 || limited.Load() != 54 {
		t.Errorf("%d were checked, %d refused and %d limited, want 10, 10 and 54", n, refused.Load(), limited.Load())
	}
}

func TestLogin_ManyAtOnceWithTheRightPasswordAllLogIn(t *testing.T) {
	s := newStage(t)
	s.limits.Account, s.limits.Address = 2, 3
	p, _ := s.withMaria()
	p.passwords.verified = func() { time.Sleep(time.Millisecond) } // so that they meet
	var all sync.WaitGroup
	for range 24 {
		all.Go(func() {
			if err := p.right(stranger); err != nil {
				t.Errorf("a login was answered %v", err)
			}
		})
	}
	all.Wait()
}

// heedful does nothing for a caller who is gone, as a database does.
type heedful struct{ ports.AttemptStore }

func (h heedful) Update(ctx context.Context, a domain.Attempt, keep func(domain.Tally) time.Time,
	change func(domain.Tallies) (domain.Tallies, error),
) error {
	if ctx.Err() != nil {
		return errDown
	}
	return h.AttemptStore.Update(ctx, a, keep, change)
}

func TestLogin_HangingUpCostsAsMuchAsWaiting(t *testing.T) {
	s := newStage(t)
	s.attempts = heedful{s.attempts}
	p, _ := s.withMaria()
	for range 10 {
		ctx, hangUp := context.WithCancel(p.ctx())
		p.passwords.verified = hangUp
		_, err := p.login.Do(ctx, maria, domain.NewSecret("a wrong guess"), stranger)
		p.is(err, domain.ErrBadCredentials)
	}
	p.passwords.verified = nil
	p.limited(p.right(stranger), domain.LimitAccount, 5*time.Minute)
}

func TestLogin_WhatCameToNoAnswerDoesNotCount(t *testing.T) {
	s := newStage(t)
	s.added(maria)
	real := s.sessions
	s.sessions = noBegin{real}
	p := s.open()
	for range 20 {
		p.is(p.right(stranger), domain.ErrUnavailable)
	}
	p.passwords.verifyFault = domain.ErrBusy
	for range 20 {
		p.is(p.right(stranger), domain.ErrBusy)
	}
	p.passwords.verifyFault = nil
	s.sessions = real
	s.t = t
	p = s.open()
	p.ok(p.right(stranger))
}

// noAttempts fails from the nth call of a method on.
type noAttempts struct {
	ports.AttemptStore
	updates atomic.Int32
	failing int32
	noFind  bool
}

func (n *noAttempts) Find(ctx context.Context, a domain.Attempt) (domain.Tallies, error) {
	if n.noFind {
		return domain.Tallies{}, errDown
	}
	return n.AttemptStore.Find(ctx, a)
}

func (n *noAttempts) Update(ctx context.Context, a domain.Attempt, keep func(domain.Tally) time.Time,
	change func(domain.Tallies) (domain.Tallies, error),
) error {
	if n.updates.Add(1) >= n.failing {
		return errDown
	}
	return n.AttemptStore.Update(ctx, a, keep, change)
}

func TestLogin_NothingIsCheckedThatCannotBeCounted(t *testing.T) {
	for name, down := range map[string]*noAttempts{
		"looking":   {noFind: true, failing: 99},
		"reserving": {failing: 1},
	} {
		s := newStage(t)
		down.AttemptStore = s.attempts
		s.attempts = down
		p, _ := s.withMaria()
		p.is(p.right(browser), domain.ErrUnavailable)
		p.is(p.guess(maria, browser), domain.ErrUnavailable)
		if n := p.passwords.counted(); n != 0 || len(p.audit.all()) != 0 {
			t.Errorf("%s: %d passwords were checked and %+v recorded", name, n, p.audit.all())
		}
	}
}

func TestLogin_AWrongPasswordThatCannotBeCountedIsNotRefused(t *testing.T) {
	s := newStage(t)
	s.attempts = &noAttempts{AttemptStore: s.attempts, failing: 2}
	p, _ := s.withMaria()
	p.is(p.guess(maria, browser), domain.ErrUnavailable)
}

func TestLogin_APlaceOfAReplicaThatWasKilledLapsesInAMinute(t *testing.T) {
	s := newStage(t)
	s.limits.Account = 1
	real := s.attempts
	s.attempts = &noAttempts{AttemptStore: real, failing: 2}
	killed, _ := s.withMaria()
	killed.is(killed.guess(maria, stranger), domain.ErrUnavailable)
	s.attempts = real
	p := s.open()
	p.clock.pass(time.Minute - time.Microsecond)
	hurried, hangUp := context.WithTimeout(p.ctx(), 20*time.Millisecond)
	defer hangUp()
	if _, err := p.login.Do(hurried, maria, domain.NewSecret(password), stranger); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("while the place is taken an attempt is answered %v, want that it waits", err)
	}
	p.clock.pass(time.Microsecond)
	p.ok(p.right(stranger))
}

// A replica that stood still for a while goes on, when others have been checked in the places of its attempts.
func TestLogin_AnAttemptThatIsTooLateForItsPlaceHasNoAnswer(t *testing.T) {
	for name, secret := range map[string]string{"wrong": "a wrong guess", "right": password} {
		s := newStage(t)
		s.limits.Account = 1
		p, _ := s.withMaria()
		p.passwords.verified = func() {
			p.passwords.verified = nil
			p.clock.pass(time.Minute)
			p.guesses(1, maria, stranger)
		}
		_, err := p.login.Do(p.ctx(), maria, domain.NewSecret(secret), stranger)
		p.is(err, domain.ErrUnavailable)
		p.limited(p.right(stranger), domain.LimitAccount, 5*time.Minute)
		tallies, err := p.attempts.Find(p.ctx(), domain.NewAttempt("", maria, stranger))
		if p.ok(err); tallies.Address.Failures != 1 || tallies.Address.Pending != 0 {
			t.Errorf("%s: of the address is remembered %+v, want the one failure that was told", name, tallies.Address)
		}
	}
}

func TestLogin_SucceedsThoughThatCannotBeCounted(t *testing.T) {
	s := newStage(t)
	s.attempts = &noAttempts{AttemptStore: s.attempts, failing: 2}
	p, _ := s.withMaria()
	p.ok(p.right(browser))
}

func TestLogin_WithoutLimitsNothingIsCounted(t *testing.T) {
	s := newStage(t)
	s.limits = domain.LoginLimits{}
	s.attempts = &noAttempts{noFind: true}
	p, _ := s.withMaria()
	p.guesses(300, maria, stranger)
	p.ok(p.right(stranger))
}

func TestLogin_AFloodOfLimitedAttemptsIsRecordedOnceAMinute(t *testing.T) {
	p, _ := newStage(t).withMaria()
	p.guesses(10, maria, stranger)
	for range 50 {
		p.is(p.guess(maria, stranger), domain.ErrLimited)
	}
	for i := range 300 {
		p.is(p.guess(maria, domain.NewClient(fmt.Sprint("203.0.113.", i%250), fmt.Sprint(i))), domain.ErrLimited)
	}
	if n := len(p.audit.of(domain.EventLoginLimited)); n != 100 {
		t.Errorf("%d limited attempts were recorded in a minute, want 100 at most", n)
	}
	p.clock.pass(time.Minute)
	p.is(p.guess(maria, stranger), domain.ErrLimited)
	if n := len(p.audit.of(domain.EventLoginLimited)); n != 101 {
		t.Errorf("%d limited attempts were recorded after the minute, want 101", n)
	}
}

func TestLogin_RecordsTheAddressThatIsNobodysUnlessItMayBeAPassword(t *testing.T) {
	p, u := newStage(t).withMaria()
	p.guesses(1, "Nobody@example.com", stranger)
	p.guesses(1, "P@ssw0rd", stranger)
	p.guesses(1, maria, stranger)
	e := p.audit.all()
	if len(e) != 3 || e[0].Attempted != "nobody@example.com" || e[1].Attempted != "" || e[2].Attempted != "" || e[2].UserID != u.ID {
		t.Errorf("recorded were %+v", e)
	}
	p.noSecrets("P@ssw0rd", maria)
}

func TestChangePassword_TheEleventhWrongPasswordIsLimited(t *testing.T) {
	p, u := newStage(t).withMaria()
	token := p.loggedIn()
	change := func(present string) error {
		return p.changePassword.Do(p.ctx(), token, domain.NewSecret(present), domain.NewSecret("another good one"), browser)
	}
	for range 10 {
		p.is(change("wrong"), domain.ErrPasswordWrong)
	}
	p.passwords.counted()
	p.limited(change(password), domain.LimitDevice, 5*time.Minute)
	if n := p.passwords.counted(); n != 0 {
		t.Errorf("a limited change cost %d verifications", n)
	}
	e := p.audit.of(domain.EventPasswordLimited)
	if len(e) != 1 || e[0].UserID != u.ID || e[0].SessionID == "" || e[0].Reason != domain.ReasonDeviceLimit {
		t.Errorf("recorded were %+v, want one limited change", e)
	}
	p.clock.pass(5 * time.Minute)
	p.ok(change(password))
}

func TestRefreshToken_IsLimitedPerSessionAndLosesNothing(t *testing.T) {
	s := newStage(t)
	s.policy.RefreshLimit = 3
	p, _ := s.withMaria()
	token, other := p.loggedIn(), p.loggedIn()
	for range 3 {
		token = p.refreshed(token)
	}
	p.clock.pass(20 * time.Second)
	_, err := p.refresh.Do(p.ctx(), token, browser)
	p.limited(err, domain.LimitSession, 40*time.Second)
	p.refreshed(other)
	p.clock.pass(40 * time.Second)
	p.refreshed(token)
}

func TestRefreshToken_ALostAnswerIsGivenAgainAlsoAtTheLimit(t *testing.T) {
	s := newStage(t)
	s.policy.RefreshLimit = 3
	p, _ := s.withMaria()
	oldest := p.loggedIn()
	lost := p.refreshed(p.refreshed(oldest))
	current := p.refreshed(lost)
	// To come again when the limit is over would be too late for the grace.
	if got := p.refreshed(lost); got != current {
		t.Error("the token just replaced did not get the current one again")
	}
	for _, token := range []string{oldest, current} {
		_, err := p.refresh.Do(p.ctx(), token, browser)
		p.limited(err, domain.LimitSession, time.Minute)
	}
	p.clock.pass(time.Minute)
	p.refreshed(current)
}

// waits does as it is told until it is served, and returns the new token and how long that took.
func (p *program) waits(token string) (string, time.Duration) {
	p.t.Helper()
	for began := p.clock.read(); ; {
		grant, err := p.refresh.Do(p.ctx(), token, browser)
		limited, refused := errors.AsType[domain.LimitedError](err)
		if !refused {
			p.ok(err)
			return grant.Token, p.clock.read().Sub(began)
		}
		// As Retry-After has it: in seconds begun. The client has its own clock, and the way to us takes its time too.
		p.clock.pass(limited.Wait.Truncate(time.Second) + time.Second + 2*time.Second)
		if limited.Wait <= 0 || p.clock.read().Sub(began) > time.Hour {
			p.t.Fatalf("it is told to wait %v, and again and again", limited.Wait)
		}
	}
}

func TestRefreshToken_WhoWaitsAsToldIsNeverLoggedOut(t *testing.T) {
	for _, lifetime := range []time.Duration{time.Minute, 2 * time.Minute, 30 * time.Minute} {
		for _, age := range []time.Duration{0, time.Second, 30 * time.Second, 49 * time.Second, 50 * time.Second, 59 * time.Second} {
			s := newStage(t)
			s.policy.RefreshLimit, s.policy.TokenLifetime = 3, lifetime
			rotations := &downRotate{SessionStore: s.sessions}
			s.sessions = rotations
			p, _ := s.withMaria()
			token := p.loggedIn()
			p.clock.pass(lifetime - time.Minute + age)
			// Answers that were lost count too, so that an old token may be at the limit.
			rotations.down = true
			for range s.policy.RefreshLimit {
				_, err := p.refresh.Do(p.ctx(), token, browser)
				p.is(err, domain.ErrUnavailable)
			}
			rotations.down = false
			next, took := p.waits(token)
			if took > time.Minute+3*time.Second {
				t.Errorf("a token of %v, %v before its end, waited %v", lifetime, time.Minute-age, took)
			}
			if _, took = p.waits(next); took > time.Minute+3*time.Second {
				t.Errorf("the token that came for one of %v waited %v", lifetime, took)
			}
		}
	}
}

// downRotate rotates nothing while it is down.
type downRotate struct {
	ports.SessionStore
	down bool
}

func (d *downRotate) Rotate(ctx context.Context, r domain.Rotation) (domain.SessionState, bool, error) {
	if d.down {
		return domain.SessionState{}, false, errDown
	}
	return d.SessionStore.Rotate(ctx, r)
}

func TestRefreshToken_AtALifetimeOfAMinuteTheLimitLimitsAllTheSame(t *testing.T) {
	s := newStage(t)
	s.policy.RefreshLimit, s.policy.TokenLifetime = 3, time.Minute
	p, _ := s.withMaria()
	token, served := p.loggedIn(), 0
	for range 10 * 60 {
		grant, err := p.refresh.Do(p.ctx(), token, browser)
		if err == nil {
			token = grant.Token
			served++
		} else {
			p.is(err, domain.ErrLimited)
		}
		p.clock.pass(time.Second)
	}
	// Three a minute, and one each time that the token would have expired.
	if served < 30 || served > 40 {
		t.Errorf("in ten minutes a client in a loop was served %d times, want 30 to 40", served)
	}
}

func TestRefreshToken_AtTheLimitAStoreThatIsDownIsNoRefusal(t *testing.T) {
	s := newStage(t)
	s.policy.RefreshLimit = 1
	store := &noFindOfSessions{SessionStore: s.sessions}
	s.sessions = store
	p, _ := s.withMaria()
	token := p.loggedIn()
	current := p.refreshed(token)
	store.down = true
	_, err := p.refresh.Do(p.ctx(), token, browser)
	p.is(err, domain.ErrUnavailable)
	store.down = false
	// Whoever was told to come again is judged as of then.
	p.clock.pass(30 * time.Second)
	if got := p.refreshed(token); got != current {
		t.Error("the token that got no answer did not get the current one again")
	}
}

// noFindOfSessions does not find sessions while it is down.
type noFindOfSessions struct {
	ports.SessionStore
	down bool
}

func (n *noFindOfSessions) Find(ctx context.Context, sessionID string) (domain.SessionState, error) {
	if n.down {
		return domain.SessionState{}, errDown
	}
	return n.SessionStore.Find(ctx, sessionID)
}

func TestRefreshToken_IsNotLimitedByDefault(t *testing.T) {
	p, _ := newStage(t).withMaria()
	token := p.loggedIn()
	for range 500 {
		token = p.refreshed(token)
	}
}
