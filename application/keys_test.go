package application_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/vidaplus/vidaplus-auth/adapters/jwtsign"
	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/domain"
	"github.com/vidaplus/vidaplus-auth/ports"
)

// keyStage is the use cases about keys over a folder.
type keyStage struct {
	*stage
	folder   string
	signer   *jwtsign.Signer
	generate *application.GenerateKey
	list     *application.ListKeys
	publish  *application.PublishKeys
	reload   *application.ReloadKeys
}

// newKeyStage has one key for EdDSA, which began an hour ago.
func newKeyStage(t *testing.T) *keyStage {
	s := &keyStage{stage: newStage(t), folder: t.TempDir()}
	s.generate = application.NewGenerateKey(jwtsign.KeyMaker{}, s.clock.read)
	s.clock.pass(-time.Hour)
	s.generated(domain.EdDSA)
	s.clock.pass(time.Hour)
	signer, err := jwtsign.Open(jwtsign.Settings{Algorithm: domain.EdDSA, Folder: s.folder}, s.policy, s.clock.read)
	s.ok(err)
	s.signer, s.tokens = signer, signer
	s.list, s.publish = application.NewListKeys(signer, s.clock.read), application.NewPublishKeys(signer, s.clock.read)
	s.reload = application.NewReloadKeys(signer)
	return s
}

// generated makes a key and keeps it.
func (s *keyStage) generated(algorithm string) domain.MadeKey {
	s.t.Helper()
	key, made, err := s.generate.Do(algorithm, s.folder, false)
	s.ok(err)
	if !made || key.Algorithm != algorithm {
		s.t.Fatalf("made %v, %+v, want a key for %s", made, key.Key, algorithm)
	}
	s.ok(os.WriteFile(filepath.Join(s.folder, key.FileName()), []byte(key.Text.Reveal()), 0o600))
	return key
}

func TestGenerateKey_BeginsAtOnceIfItIsTheFirst(t *testing.T) {
	s := newKeyStage(t)
	second := noon.Truncate(time.Second)
	for _, folder := range []string{"", t.TempDir(), filepath.Join(t.TempDir(), "absent")} {
		key, made, err := s.generate.Do(domain.ES256, folder, folder != "")
		if err != nil || !made || !key.Begins.Equal(second) {
			t.Errorf("in %q: made %v at %v, %v, want a key that begins now", folder, made, key.Begins, err)
		}
	}
	if key, _, _ := s.generate.Do(domain.ES256, s.folder, false); !key.Begins.Equal(second.Add(10 * time.Minute)) {
		t.Errorf("beside another key it begins at %v, want in ten minutes", key.Begins)
	}
}

func TestGenerateKey_TheLastOfManyMadeAtOnceSignsInTheEnd(t *testing.T) {
	s := newKeyStage(t)
	var last domain.MadeKey
	for range 8 {
		last = s.generated(domain.EdDSA)
	}
	s.ok(second(s.reload.Do()))
	s.clock.pass(domain.KeyLead + time.Minute)
	for _, k := range s.list.Do() {
		if (k.ID == last.ID) != (k.Use == domain.KeySigns) {
			t.Errorf("%s, which begins at %v, %s, want that the last one, %s, signs", k.ID, k.Begins, k.Use, last.ID)
		}
	}
}

func TestGenerateKey_MakesNoneIfThereIsOneOfTheAlgorithm(t *testing.T) {
	s := newKeyStage(t)
	if key, made, err := s.generate.Do(domain.EdDSA, s.folder, true); made || err != nil || !key.Text.Empty() {
		t.Errorf("made %v, %v, want no second key", made, err)
	}
	if _, made, err := s.generate.Do(domain.ES256, s.folder, true); !made || err != nil {
		t.Errorf("made %v, %v, want one of another algorithm", made, err)
	}
}

func TestGenerateKey_FailsBesideAKeyThatCannotBeRead(t *testing.T) {
	s := newKeyStage(t)
	s.ok(os.WriteFile(filepath.Join(s.folder, "x.pem"), []byte("canary"), 0o600))
	_, made, err := s.generate.Do(domain.EdDSA, s.folder, false)
	if made || err == nil || !strings.Contains(err.Error(), "x.pem") || strings.Contains(err.Error(), "canary") {
		t.Errorf("made %v, %v, want an error that names the file", made, err)
	}
	if _, made, err := s.generate.Do(domain.HS256, "", false); made || err == nil {
		t.Errorf("made %v, %v, want no key pair for HS256", made, err)
	}
}

func TestKeys_RollWithoutLoggingAnybodyOut(t *testing.T) {
	s := newKeyStage(t)
	p, _ := s.withMaria()
	token := p.loggedIn()
	next := s.generated(domain.EdDSA)
	if changed, err := s.reload.Do(); !changed || err != nil {
		t.Fatalf("Reload returned %v, %v, want the new key found", changed, err)
	}
	// An hour and a half in steps of three minutes, through the roll and until the first key is not needed any more.
	seen := map[domain.KeyUse]bool{}
	for range 30 {
		set, err := s.publish.Do()
		s.ok(err)
		if !strings.Contains(string(set), next.ID) {
			t.Errorf("%s is published, want the next key in it", set)
		}
		for _, k := range s.list.Do() {
			seen[k.Use] = true
			if shown := strings.Contains(string(set), k.ID); shown == (k.Use == domain.KeyNotNeeded) {
				t.Errorf("%s %s and is published: %v", k.ID, k.Use, shown)
			}
		}
		answered := p.refreshed(token)
		s.same(p.refreshed(token), answered)
		token = answered
		s.clock.pass(3 * time.Minute)
	}
	for _, use := range []domain.KeyUse{domain.KeySigns, domain.KeyVerifies, domain.KeyBeginsSoon, domain.KeyNotNeeded} {
		if !seen[use] {
			t.Errorf("no key %s at any time of the roll", use)
		}
	}
}

func TestRefresh_AnswersAReplayWithTheSameBytesAcrossARoll(t *testing.T) {
	s := newKeyStage(t)
	p, _ := s.withMaria()
	first := p.loggedIn()
	s.generated(domain.EdDSA)
	s.ok(second(s.reload.Do()))
	s.clock.pass(domain.KeyLead - 2*time.Second)
	lost := p.refreshed(first)
	s.clock.pass(4 * time.Second)
	s.same(p.refreshed(first), lost)
	if next := p.refreshed(lost); strings.Split(next, ".")[0] == strings.Split(lost, ".")[0] {
		t.Error("the roll has not taken place, so this proves nothing")
	}
}

func second[T any](_ T, err error) error { return err }

// brokenRing cannot publish.
type brokenRing struct{ ports.KeyRing }

var errRing = errors.New("a fault of the ring")

func (brokenRing) Publish(time.Time) ([]byte, error) { return nil, errRing }

func TestKeys_TellOfFaults(t *testing.T) {
	s := newKeyStage(t)
	set, err := application.NewPublishKeys(brokenRing{s.signer}, s.clock.read).Do()
	if !errors.Is(err, errRing) || set != nil {
		t.Errorf("Publish returned %s, %v, want the fault", set, err)
	}
	s.ok(os.RemoveAll(s.folder))
	if changed, err := s.reload.Do(); changed || err == nil || !strings.Contains(err.Error(), s.folder) {
		t.Errorf("Reload returned %v, %v, want the fault", changed, err)
	}
	if keys := s.list.Do(); len(keys) != 1 || keys[0].Use != domain.KeySigns {
		t.Errorf("the keys are %+v, want the one that was there", keys)
	}
}
