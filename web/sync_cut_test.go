package web

import (
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register/registertest"
)

// cutter is a network between a phone and the service that breaks: of each connection
// it lets some bytes through one way, none to all of a sync, and resets it.
type cutter struct {
	listener net.Listener
	to       string
	mu       sync.Mutex
	random   *rand.Rand
	cuts     int
}

func newCutter(t *testing.T, to string, seed uint64) *cutter {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cutter{listener: listener, to: to, random: rand.New(rand.NewPCG(seed, 7))}
	var open sync.WaitGroup
	open.Go(func() {
		for {
			phone, err := listener.Accept()
			if err != nil {
				return
			}
			open.Go(func() { c.carry(phone.(*net.TCPConn)) })
		}
	})
	t.Cleanup(func() {
		listener.Close()
		open.Wait()
	})
	return c
}

// carry copies both ways until one of them is cut.
func (c *cutter) carry(phone *net.TCPConn) {
	defer phone.Close()
	server, err := net.Dial("tcp", c.to)
	if err != nil {
		return
	}
	defer server.Close()
	c.mu.Lock()
	up, down := int64(1<<30), int64(1<<30)
	switch c.random.IntN(10) {
	case 0, 1, 2, 3:
		up = c.random.Int64N(12_000)
		c.cuts++
	case 4, 5, 6:
		down = c.random.Int64N(2_000)
		c.cuts++
	}
	c.mu.Unlock()
	var both sync.WaitGroup
	copyThenCut := func(to, from net.Conn, most int64) {
		_, _ = io.CopyN(to, from, most)
		_ = phone.SetLinger(0) // a reset, not an end
		_ = phone.Close()
		_ = server.Close()
	}
	both.Go(func() { copyThenCut(server, phone, up) })
	both.Go(func() { copyThenCut(phone, server, down) })
	both.Wait()
}

// A phone sends through a network that resets most connections, before, within and after
// what it sends and what is answered: all of it is there once, and nothing by half.
func TestSync_NothingIsLostTwiceOrByHalfWhenConnectionsAreCut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	at, err := url.Parse(w.url)
	w.must(err)
	network := newCutter(t, "127.0.0.1:"+at.Port(), 11)
	phone := w.caller(registertest.WestWorker)
	jar, err := cookiejar.New(nil)
	w.must(err)
	through := "http://localhost:" + strings.Split(network.listener.Addr().String(), ":")[1]
	address, err := url.Parse(through)
	w.must(err)
	jar.SetCookies(address, phone.browser.Jar.Cookies(at))
	transport := &http.Transport{DisableKeepAlives: true}
	cut := &caller{world: &world{Town: w.Town, url: through}, browser: &http.Client{Jar: jar, Transport: transport}}

	var waiting []map[string]any
	for i := range 120 {
		switch {
		case i%12 == 0:
			consent := w.newConsent(i / 12)
			consent["receipt"] = registertest.Receipt(i).String()
			waiting = append(waiting, w.operation("consent", consent))
		case i%5 == 0:
			waiting = append(waiting, w.operation("incident", hazard()))
		default:
			waiting = append(waiting, w.operation("visit", w.visit(i%10, "not_home")))
		}
	}
	all := len(waiting)
	for tries := 0; len(waiting) > 0; tries++ {
		if tries > 400 {
			t.Fatalf("%d of %d operations never came through", len(waiting), all)
		}
		part := waiting[:min(len(waiting), 15)]
		acknowledged := cut.tryToSync(w.sync("", part...))
		for _, id := range acknowledged {
			if n := w.Count("SELECT count(*) FROM rounds.operations WHERE id = $1", id); n != 1 {
				t.Fatalf("%s was acknowledged and is not there", id)
			}
		}
		if len(acknowledged) > 0 {
			waiting = waiting[len(part):]
		}
		if n := w.Count("SELECT count(*) FROM rounds.consents c WHERE (SELECT count(*) FROM rounds.support_wanted s WHERE s.consent_id = c.id) <> 2"); n > 0 {
			t.Fatalf("%d consents are there by half", n)
		}
	}
	if n := w.Count("SELECT count(*) FROM rounds.operations"); n != all {
		t.Errorf("%d operations, want %d", n, all)
	}
	if n := w.Count("SELECT count(*) FROM rounds.visits") + w.Count("SELECT count(*) FROM rounds.consents") +
		w.Count("SELECT count(*) FROM rounds.incidents WHERE source = 'doorstep'"); n != all {
		t.Errorf("%d visits, consents and incidents, want %d", n, all)
	}
	if network.cuts < 5 {
		t.Errorf("only %d connections were cut", network.cuts)
	}
}

// tryToSync gives what was acknowledged, nothing when the connection was cut.
func (c *caller) tryToSync(body map[string]any) (acknowledged []uuid.UUID) {
	c.Helper()
	request := c.asks("POST", "/api/v1/sync", body)
	response, err := c.browser.Do(request)
	if err != nil {
		return nil
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return nil
	}
	var answer syncAnswer
	reply{TB: c, what: "POST /api/v1/sync", status: response.StatusCode, body: content}.want(http.StatusOK).to(&answer)
	for _, result := range answer.Results {
		if result.State != "taken" {
			c.Fatalf("%+v", result)
		}
		acknowledged = append(acknowledged, result.ID)
	}
	return acknowledged
}
