package cli

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/vidaplus/vidaplus-auth/application"
	"github.com/vidaplus/vidaplus-auth/domain"
)

const (
	// defaultEvents and maxEvents are how many events are printed.
	defaultEvents = 1000
	maxEvents     = 10_000
)

// Events returns the command "events", which shows what happened.
func Events(open Open) *cobra.Command {
	c := &cobra.Command{
		Use:   "events [--user EMAIL] [--since TIME] [--limit N] [--json]",
		Short: "Show security events",
		Long: "Show security events, newest first: log-ins, what was refused and why, sessions that were ended, changes of accounts.\n" +
			"--user takes an address, also one that is nobody's, or the id of a user; --since an instant or how long ago it was.",
		Example: "  vidaplus-auth events --user maria@example.com --since 24h",
		Args:    Takes(),
	}
	query, asJSON := eventFlags(c), jsonFlag(c)
	c.SetFlagErrorFunc(WrongFlag)
	c.SilenceErrors, c.SilenceUsage, c.DisableFlagsInUseLine = true, true, true
	c.RunE = func(c *cobra.Command, _ []string) error {
		q, err := query()
		if err != nil {
			return err
		}
		return open(c.Context(), func(ctx context.Context, op Operator) error {
			events, more, err := op.ListEvents.Do(ctx, q)
			switch {
			case err != nil:
				return err
			case *asJSON:
				err = writeEvents(c, events)
			default:
				err = printEvents(c, events)
			}
			if err == nil && more {
				err = sayMore(c, q.Limit)
			}
			return err
		})
	}
	return c
}

// eventFlags declares what chooses events. The function that it returns reads it.
func eventFlags(c *cobra.Command) func() (application.EventQuery, error) {
	who := c.Flags().String("user", "", "only events of this user, or of log-ins with this address")
	since := c.Flags().String("since", "", "only events since then: an instant such as 2026-01-31T00:00:00Z, or a duration such as 24h")
	limit := c.Flags().Int("limit", defaultEvents, "the most events to print, 1 to "+strconv.Itoa(maxEvents))
	return func() (application.EventQuery, error) {
		q := application.EventQuery{Who: *who, Limit: *limit}
		if q.Limit < 1 || q.Limit > maxEvents {
			return q, Usagef("--limit must be a whole number from 1 to %d", maxEvents)
		}
		err := setSince(&q, *since)
		return q, err
	}
}

// setSince reads an instant, or a duration before now.
func setSince(q *application.EventQuery, text string) error {
	if text == "" {
		return nil
	}
	var err error
	if q.Last, err = time.ParseDuration(text); err == nil && q.Last > 0 {
		return nil
	}
	q.Last = 0
	if q.Since, err = time.Parse(time.RFC3339, text); err != nil {
		return Usagef("--since must be an RFC 3339 instant such as 2026-01-31T00:00:00Z, or a duration above 0 such as 24h")
	}
	return nil
}

// eventJSON is an event in the words of the log.
type eventJSON struct {
	ID        string `json:"id"`
	At        string `json:"at"`
	Event     string `json:"event"`
	Outcome   string `json:"outcome"`
	Reason    string `json:"reason"`
	UserID    string `json:"user_id"`
	Attempted string `json:"attempted"`
	SessionID string `json:"session_id"`
	IP        string `json:"ip"`
	UserAgent string `json:"user_agent"`
	Detail    string `json:"detail"`
	Count     int    `json:"count"`
}

// eventInstant is RFC 3339 in microseconds, which are all that a store keeps.
const eventInstant = "2006-01-02T15:04:05.000000Z07:00"

func eventObject(e domain.Event) eventJSON {
	return eventJSON{
		ID: e.ID, At: e.At.UTC().Format(eventInstant), Event: string(e.Kind), Outcome: e.Kind.Outcome(),
		Reason: string(e.Reason), UserID: e.UserID, Attempted: e.Attempted, SessionID: e.SessionID,
		IP: e.Client.Address, UserAgent: e.Client.UserAgent, Detail: e.Detail, Count: e.Count,
	}
}

func writeEvents(c *cobra.Command, events []domain.Event) error {
	list := array{out: c.OutOrStdout()}
	for _, e := range events {
		if err := list.add(eventObject(e)); err != nil {
			return err
		}
	}
	return list.end()
}

// sayMore tells that there are older events, apart from the result: that is for programs too.
func sayMore(c *cobra.Command, limit int) error {
	_, err := fmt.Fprintf(c.ErrOrStderr(), "these are the newest %d, there are more: raise --limit, or choose with --user and --since\n", limit)
	return err
}

func printEvents(c *cobra.Command, events []domain.Event) error {
	list := newTable(c.OutOrStdout())
	list.row("AT", "EVENT", "OUTCOME", "REASON", "WHO", "SESSION", "IP", "DETAIL", "USER AGENT")
	for _, event := range events {
		e := eventObject(event)
		list.row(instant(event.At), e.Event, e.Outcome, e.Reason, cmp.Or(e.UserID, e.Attempted), e.SessionID, e.IP, e.Detail, e.UserAgent)
	}
	return list.end()
}
