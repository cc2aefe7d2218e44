package uuidv7_test

import (
	"testing"

	"github.com/google/uuid"

	"github.com/vidaplus/vidaplus-auth/adapters/uuidv7"
	"github.com/vidaplus/vidaplus-auth/ports"
	"github.com/vidaplus/vidaplus-auth/test/contract"
)

func TestIDs_KeepTheContract(t *testing.T) {
	contract.IDs(t, func(*testing.T) ports.IDs { return uuidv7.IDs{} })
}

func TestNew_IsAUUIDOfVersion7(t *testing.T) {
	id, err := uuid.Parse(uuidv7.IDs{}.New())
	if err != nil || id.Version() != 7 || id.Variant() != uuid.RFC4122 {
		t.Errorf("id %v has version %v and variant %v (%v), want a UUID of version 7", id, id.Version(), id.Variant(), err)
	}
}

func TestNew_AlwaysSortsAfterTheOneBefore(t *testing.T) {
	last := ""
	for range 10_000 {
		id := uuidv7.IDs{}.New()
		if id <= last {
			t.Fatalf("%s was made after %s and sorts before it", id, last)
		}
		last = id
	}
}
