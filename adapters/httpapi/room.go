package httpapi

import (
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"go.uber.org/zap"
)

// room accepts connections as long as there is room for them. Others are told at once to come again: without that they
// would wait, unanswered, until somebody else goes.
type room struct {
	net.Listener
	// open counts the connections that were accepted and are not closed yet, of which there may be most.
	open func() int
	most int
	// doorway holds those who were turned away last, each in the place of the one before it that has been there longest.
	doorway [doorwaySize]net.Conn
	next    int
	// sorry is what they are told, with a place for the request's id; nothing where nobody could read it.
	sorry string
	log   *zap.Logger
	clock Clock
	// told is when it was last said that connections are turned away, untold how many were since.
	told   time.Time
	untold int
}

const (
	// doorwaySize and doorwayTime bound what turning away takes.
	doorwaySize = 64
	doorwayTime = time.Second
	// tellAgain is how long nothing is said of connections that are turned away, whether or not some are let in meanwhile.
	tellAgain = time.Minute
)

func newRoom(listener net.Listener, open func() int, s Settings, clock Clock, log *zap.Logger) *room {
	r := &room{Listener: listener, open: open, most: s.MaxConnections, clock: clock, log: log}
	if s.CertFile == "" {
		body := detail("Service unavailable")
		r.sorry = fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nRetry-After: %d\r\nConnection: close\r\n"+
			"Content-Length: %d\r\n%s: %%s\r\n\r\n%s", http.StatusServiceUnavailable, http.StatusText(http.StatusServiceUnavailable),
			s.RetryAfter, len(body), echo.HeaderXRequestID, body)
	}
	return r
}

// Accept implements net.Listener.
func (r *room) Accept() (net.Conn, error) {
	for {
		conn, err := r.Listener.Accept()
		if err != nil || r.most == 0 || r.open() < r.most {
			return conn, err
		}
		r.tell(r.clock())
		r.turnAway(conn)
	}
}

// tell says that a connection is turned away: of the first at once, of all that follow once a minute.
func (r *room) tell(at time.Time) {
	r.untold++
	if since := at.Sub(r.told); since >= 0 && since < tellAgain {
		return
	}
	r.log.Warn("connections are turned away: as many as may be are open", zap.Int("open", r.most), zap.Int("turned_away", r.untold))
	r.told, r.untold = at, 0
}

// turnAway takes a bounded number of files, whoever comes and however long they stay.
func (r *room) turnAway(conn net.Conn) {
	if longest := r.doorway[r.next]; longest != nil {
		_ = longest.Close()
	}
	r.doorway[r.next] = conn
	r.next = (r.next + 1) % doorwaySize
	go func() {
		defer conn.Close() //nolint:errcheck // nothing could be done about it
		r.sayWhy(conn)
	}()
}

// sayWhy answers once a request begins to come, and then takes in the rest: a connection that is closed with unread bytes
// in it takes the answer with it.
func (r *room) sayWhy(conn net.Conn) {
	half, ok := conn.(interface{ CloseWrite() error })
	if !ok || r.sorry == "" || conn.SetDeadline(time.Now().Add(doorwayTime)) != nil { //nolint:forbidigo // a deadline of the system's
		return
	}
	if _, err := io.ReadFull(conn, make([]byte, 1)); err != nil {
		return
	}
	if _, err := fmt.Fprintf(conn, r.sorry, rand.Text()); err == nil && half.CloseWrite() == nil {
		_, _ = io.CopyN(io.Discard, conn, DefaultBodyLimit)
	}
}
