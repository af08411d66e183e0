package web

import (
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"github.com/rounds-project/rounds/geo/register/registertest"
)

// weather is what happens to one connection: a toxic of toxiproxy each.
type weather []map[string]any

func toxic(kind, stream string, attributes map[string]any) map[string]any {
	return map[string]any{"type": kind, "stream": stream, "attributes": attributes}
}

// bad is the network of a valley, 64 kbit/s and 200 to 600 ms one way; most of its
// connections are cut in the middle of what is sent, or of the answer, or reset.
func bad(random *rand.Rand) weather {
	const kilobytes = 8 // a second
	slow := weather{
		toxic("bandwidth", "upstream", map[string]any{"rate": kilobytes}), toxic("bandwidth", "downstream", map[string]any{"rate": kilobytes}),
		toxic("latency", "downstream", map[string]any{"latency": 400, "jitter": 200}),
	}
	switch n := random.IntN(10); {
	case n < 3:
		return append(slow, toxic("limit_data", "upstream", map[string]any{"bytes": random.IntN(6000)}))
	case n < 5:
		return append(slow, toxic("limit_data", "downstream", map[string]any{"bytes": random.IntN(2000)}))
	case n < 7: // what was sent is taken, and nobody hears
		return append(slow, toxic("reset_peer", "downstream", map[string]any{"timeout": random.IntN(50)}))
	case n < 8:
		return append(slow, toxic("reset_peer", "upstream", map[string]any{"timeout": random.IntN(300)}))
	}
	return slow
}

// through gives the caller over a connection of its own in this weather.
func (c *caller) through(today weather) (there *caller, close func()) {
	c.Helper()
	at, err := url.Parse(c.url)
	c.must(err)
	proxy := toxiproxy.NewProxy(toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop()), "wire", "127.0.0.1:0", "127.0.0.1:"+at.Port())
	for _, toxic := range today {
		text, err := json.Marshal(toxic)
		c.must(err)
		_, err = proxy.Toxics.AddToxicJson(strings.NewReader(string(text)))
		c.must(err)
	}
	c.must(proxy.Start())
	_, port, _ := strings.Cut(proxy.Listen, ":")
	through := &url.URL{Scheme: "http", Host: "localhost:" + port}
	jar, err := cookiejar.New(nil)
	c.must(err)
	jar.SetCookies(through, c.browser.Jar.Cookies(at))
	browser := &http.Client{Jar: jar, Transport: &http.Transport{DisableKeepAlives: true}}
	return &caller{world: &world{Town: c.Town, url: through.String()}, browser: browser}, proxy.Stop
}

// Phones send through a network that is slow and cuts most connections, before, within and
// after what they send and what is answered: all of it is there once, and nothing by half.
// make soak-sync has them send more.
func TestSync_NothingIsLostTwiceOrByHalfOverABadNetwork(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	each := 24 // operations of a phone
	if text, set := os.LookupEnv("ROUNDS_SOAK_WIRE"); set {
		var err error
		each, err = strconv.Atoi(text)
		w.must(err)
	}
	const phones, inOneSync = 5, 12
	worker := w.caller(registertest.WestWorker)
	recorded := make([][]map[string]any, phones)
	for phone := range recorded {
		for i := range each {
			recorded[phone] = append(recorded[phone], w.anything(phone*each+i))
		}
	}
	var lost [phones]int
	var together sync.WaitGroup
	var looking sync.Mutex // one connection looks at what is there
	for phone, waiting := range recorded {
		random := rand.New(rand.NewPCG(uint64(phone), 11))
		together.Go(func() {
			for len(waiting) > 0 && !t.Failed() {
				there, done := worker.through(bad(random))
				part := waiting[:min(len(waiting), inOneSync)]
				taken := there.tryToSync(w.sync("", part...))
				done()
				looking.Lock()
				w.noneByHalf()
				if taken {
					w.allThere(part)
				}
				looking.Unlock()
				if taken {
					waiting = waiting[len(part):]
				} else if lost[phone]++; lost[phone] > 40*each {
					t.Errorf("%d operations never came through", len(waiting))
				}
			}
		})
	}
	together.Wait()
	all, cuts := phones*each, 0
	for _, n := range lost {
		cuts += n
	}
	if n := w.Count("SELECT count(*) FROM rounds.operations"); n != all {
		t.Errorf("%d operations, want %d", n, all)
	}
	if cuts < phones {
		t.Errorf("only %d syncs were cut", cuts)
	}
	t.Logf("%d operations of %d phones, %d syncs were cut", all, phones, cuts)
}

// anything is one of the things that a phone records.
func (w *world) anything(i int) map[string]any {
	switch {
	case i%12 == 0:
		consent := w.newConsent(i / 12 % 10)
		consent["receipt"] = registertest.Receipt(i).String()
		return w.operation("consent", consent)
	case i%5 == 0:
		return w.operation("incident", hazard())
	}
	return w.operation("visit", w.visit(i%10, "not_home"))
}

func (w *world) allThere(operations []map[string]any) {
	for _, operation := range operations {
		if n := w.Count("SELECT count(*) FROM rounds.operations WHERE id = $1", operation["id"]); n != 1 {
			w.Errorf("%s was acknowledged and is not there", operation["id"])
		}
	}
}

// noneByHalf looks at any moment whether each operation that was taken did what it says.
func (w *world) noneByHalf() {
	if n := w.Count(`SELECT (SELECT count(*) FROM rounds.operations) - (SELECT count(*) FROM rounds.visits) - (SELECT count(*) FROM rounds.consents)
		- (SELECT count(*) FROM rounds.incidents WHERE source = 'doorstep')`); n != 0 {
		w.Errorf("%d operations more than visits, consents and incidents", n)
	}
	if n := w.Count("SELECT count(*) FROM rounds.consents c WHERE (SELECT count(*) FROM rounds.support_wanted s WHERE s.consent_id = c.id) <> 2"); n > 0 {
		w.Errorf("%d consents are there by half", n)
	}
	if n := w.Count(`SELECT count(*) FROM rounds.visits v WHERE NOT EXISTS (SELECT FROM rounds.doors d WHERE d.round_id = v.round_id AND d.household_id = v.household_id)`); n > 0 {
		w.Errorf("%d visits have no door", n)
	}
}

// tryToSync says whether all was acknowledged; else the connection was cut, or the service
// busy.
func (c *caller) tryToSync(body map[string]any) bool {
	c.Helper()
	response, err := c.browser.Do(c.asks("POST", "/api/v1/sync", body))
	if err != nil {
		return false
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return false
	}
	if response.StatusCode == http.StatusServiceUnavailable { // a busy machine
		return false
	}
	var answer syncAnswer
	if err := json.Unmarshal(content, &answer); err != nil || response.StatusCode != http.StatusOK {
		c.Errorf("answered %d: %.200s", response.StatusCode, content)
		return false
	}
	for _, result := range answer.Results {
		if result.State != "taken" {
			c.Errorf("%+v", result)
		}
	}
	return true
}
