package web

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/uuid"
	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"

	"github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/web/access"
)

// organisation is an OpenID provider, zitadel's, with two people: id1 and id2.
type organisation struct {
	*world
	kept *storage.Storage
	// forge changes the claims of tokens, which stay signed with the provider's key.
	forge func(claims map[string]any)
}

// The people of the provider.
const (
	first  = "test-user@localhost"
	second = "test-user2"
)

func newOrganisation(t *testing.T) *organisation {
	t.Helper()
	o := &organisation{}
	server := httptest.NewUnstartedServer(nil)
	issuer := "http://localhost:" + server.Listener.Addr().String()[strings.LastIndex(server.Listener.Addr().String(), ":")+1:]
	clients := map[string]*storage.Client{}
	o.kept = storage.NewStorageWithClients(storage.NewUserStore(issuer), clients)
	provider := exampleop.SetupServer(issuer, o.kept, nil, false)
	server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if o.forge == nil || r.URL.Path != "/oauth/token" {
			provider.ServeHTTP(w, r)
			return
		}
		answer := httptest.NewRecorder()
		provider.ServeHTTP(answer, r)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(answer.Code)
		_, _ = w.Write(o.forged(answer.Body.Bytes()))
	})
	server.Start()
	t.Cleanup(server.Close)
	o.world = worldOf(t, registertest.NewTown(t), func(options *access.Options) {
		options.Provider = &access.Provider{Issuer: issuer, ClientID: "rounds", ClientSecret: "secret", Name: "County login"}
	})
	clients["rounds"] = storage.WebClient("rounds", "secret", o.url+"/callback")
	return o
}

// forged is an answer of the token endpoint with other claims.
func (o *organisation) forged(answer []byte) []byte {
	var tokens map[string]any
	o.must(json.Unmarshal(answer, &tokens))
	key, err := o.kept.SigningKey(o.Context())
	o.must(err)
	parsed, err := jose.ParseSigned(tokens["id_token"].(string), []jose.SignatureAlgorithm{jose.RS256})
	o.must(err)
	var claims map[string]any
	o.must(json.Unmarshal(parsed.UnsafePayloadWithoutVerification(), &claims))
	o.forge(claims)
	payload, err := json.Marshal(claims)
	o.must(err)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key.Key(), KeyID: key.ID()}}, nil)
	o.must(err)
	signed, err := signer.Sign(payload)
	o.must(err)
	if tokens["id_token"], err = signed.CompactSerialize(); err != nil {
		o.Fatal(err)
	}
	answer, err = json.Marshal(tokens)
	o.must(err)
	return answer
}

// visit signs in at the provider and gives what it sends the browser back with.
func (c *caller) visit(begun reply, person string) map[string]string {
	c.Helper()
	var to providerAddressBody
	begun.want(http.StatusOK).to(&to)
	asked := c.get(to.URL)
	form := url.Values{"id": {asked.Query().Get("authRequestID")}, "username": {person}, "password": {"verysecure"}}
	request, err := http.NewRequestWithContext(c.Context(), http.MethodPost, asked.ResolveReference(&url.URL{Path: "/login/username"}).String(), strings.NewReader(form.Encode()))
	c.must(err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := c.browser.Do(request)
	c.must(err)
	_ = response.Body.Close()
	back := response.Request.URL
	if back.Path != "/callback" || !strings.HasPrefix(back.String(), c.url) {
		c.Fatalf("the provider sends the browser to %s", back)
	}
	return map[string]string{"code": back.Query().Get("code"), "state": back.Query().Get("state"), "language": "en"}
}

func (c *caller) get(address string) *url.URL {
	c.Helper()
	response, err := c.browser.Get(address)
	c.must(err)
	_, _ = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
	return response.Request.URL
}

func (c *caller) begin(path string) reply { c.Helper(); return c.do("POST", path, nil) }

func (c *caller) finish(sent map[string]string) reply {
	c.Helper()
	return c.do("POST", "/api/v1/session/provider", sent)
}

// link links a person of the provider to the account that is signed in.
func (c *caller) link(person string) reply {
	c.Helper()
	return c.finish(c.visit(c.begin("/api/v1/account/provider/begin"), person))
}

func TestProvider_SignsInWhoLinkedAnIdentity(t *testing.T) {
	t.Parallel()
	o, d := newOrganisation(t), newDescription(t)
	worker := o.caller(registertest.WestWorker)
	begun := d.holds("POST /api/v1/account/provider/begin", worker.begin("/api/v1/account/provider/begin"))
	for _, part := range []string{"code_challenge_method=S256", "code_challenge=", "nonce=", "state=", "scope=openid\""} {
		if !bytes.Contains(bytes.ReplaceAll(begun.body, []byte("&"), []byte("\"&")), []byte(strings.TrimSuffix(part, "\""))) {
			t.Errorf("%s is not in %s", part, begun.body)
		}
	}
	if bytes.Contains(begun.body, []byte("email")) || bytes.Contains(begun.body, []byte("profile")) {
		t.Errorf("more than the identity is asked for: %s", begun.body)
	}
	linked := d.holds("POST /api/v1/session/provider", worker.finish(worker.visit(begun, first)))
	if !strings.Contains(string(linked.body), `"did":"linked"`) {
		t.Errorf("%s", linked.body)
	}
	there := o.caller("")
	if ways := there.ways(); ways.Provider == nil || *ways.Provider != "County login" {
		t.Errorf("%+v", ways)
	}
	there.finish(there.visit(there.begin("/api/v1/session/provider/begin"), first)).want(http.StatusOK)
	var me meBody
	there.do("GET", "/api/v1/session", nil).want(http.StatusOK).to(&me)
	if me.Account != o.As(registertest.WestWorker).Account || there.sessions()[0].Means != "provider" {
		t.Errorf("%+v", me)
	}
	// Neither subject nor address of the person is kept.
	if n := o.Count("SELECT count(*) FROM rounds.identities i WHERE i::text ~ 'id1|test-user|zitadel'"); n != 0 {
		t.Error("the identity is kept in clear")
	}
}

// Who somebody is at the provider gives nothing: no account, no role, whatever the
// e-mail address.
func TestProvider_GivesNoAccountAndNoRole(t *testing.T) {
	t.Parallel()
	o := newOrganisation(t)
	before := o.Count("SELECT (SELECT count(*) FROM rounds.accounts) + (SELECT count(*) FROM rounds.grants)")
	nobody := o.caller("")
	nobody.finish(nobody.visit(nobody.begin("/api/v1/session/provider/begin"), second)).problem(http.StatusForbidden, "no_identity", "")
	if after := o.Count("SELECT (SELECT count(*) FROM rounds.accounts) + (SELECT count(*) FROM rounds.grants)"); after != before {
		t.Errorf("%d accounts and grants, then %d", before, after)
	}
	worker := o.caller(registertest.WestWorker)
	worker.link(first).want(http.StatusOK)
	o.Exec("UPDATE rounds.grants SET ends_at = now() WHERE account_id = $1", o.As(registertest.WestWorker).Account)
	nobody.finish(nobody.visit(nobody.begin("/api/v1/session/provider/begin"), first)).problem(http.StatusForbidden, "no_grant", "")
}

func TestProvider_IsRefused(t *testing.T) {
	t.Parallel()
	o := newOrganisation(t)
	o.caller(registertest.WestWorker).link(first).want(http.StatusOK)
	signIn := func(name string, status int, code string, change func(c *caller, sent map[string]string)) {
		t.Helper()
		o.later(time.Minute) // attempts are counted
		c := o.caller("")
		sent := c.visit(c.begin("/api/v1/session/provider/begin"), first)
		if change != nil {
			change(c, sent)
		}
		if r := c.finish(sent); r.status != status || !strings.Contains(string(r.body), "problem:"+code) {
			t.Errorf("%s: %d %s, want %d %s", name, r.status, r.body, status, code)
		}
		if r := c.do("GET", "/api/v1/session", nil); r.status != http.StatusUnauthorized {
			t.Errorf("%s: signed in", name)
		}
	}
	signIn("another state", 401, "identity", func(_ *caller, sent map[string]string) { sent["state"] = strings.Repeat("A", 43) })
	signIn("no state", 401, "identity", func(_ *caller, sent map[string]string) { sent["state"] = "" })
	signIn("another code", 401, "identity", func(_ *caller, sent map[string]string) { sent["code"] = "stolen" })
	// A code that somebody else's browser was given: the verifier is not theirs.
	signIn("the code of another browser", 401, "identity", func(_ *caller, sent map[string]string) {
		thief := o.caller("")
		sent["code"] = thief.visit(thief.begin("/api/v1/session/provider/begin"), second)["code"]
	})
	signIn("too slow", 409, "ceremony", func(*caller, map[string]string) { o.later(11 * time.Minute) })
	for name, forge := range map[string]func(claims map[string]any){
		"another nonce":    func(claims map[string]any) { claims["nonce"] = "another" },
		"no nonce":         func(claims map[string]any) { delete(claims, "nonce") },
		"another audience": func(claims map[string]any) { claims["aud"] = []string{"another"} },
		"another issuer":   func(claims map[string]any) { claims["iss"] = "https://elsewhere.example" },
		"expired":          func(claims map[string]any) { claims["exp"] = time.Now().Add(-time.Hour).Unix() },
	} {
		o.forge = forge
		signIn(name, 401, "identity", nil)
	}
	o.forge = func(map[string]any) {}
	c := o.caller("")
	c.finish(c.visit(c.begin("/api/v1/session/provider/begin"), first)).want(http.StatusOK) // forging alone does no harm
	o.forge = nil

	// What was begun in one browser is not finished in another, and in none twice.
	here, there := o.caller(""), o.caller("")
	sent := here.visit(here.begin("/api/v1/session/provider/begin"), first)
	there.finish(sent).problem(http.StatusConflict, "ceremony", "")
	cookie := here.cookie("rounds-ceremony")
	here.finish(sent).want(http.StatusOK)
	here.finish(sent).problem(http.StatusConflict, "ceremony", "")
	there.do("POST", "/api/v1/session/provider", sent, "Cookie", "rounds-ceremony="+cookie).problem(http.StatusConflict, "ceremony", "")
	// A ceremony of a passkey is none of the provider.
	here.begin("/api/v1/session/passkey/begin").want(http.StatusOK)
	here.finish(sent).problem(http.StatusConflict, "ceremony", "")
}

func TestProvider_LinksAnAccountByItsOwnUserOrAnInvitation(t *testing.T) {
	t.Parallel()
	o, d := newOrganisation(t), newDescription(t)
	worker, colleague := o.caller(registertest.WestWorker), o.caller(registertest.MiddleWorker)
	// Begun by one account, finished as another: the browser's session has changed.
	sent := worker.visit(worker.begin("/api/v1/account/provider/begin"), first)
	worker.signIn(o.logins[registertest.MiddleWorker], password).want(http.StatusOK)
	worker.finish(sent).problem(http.StatusConflict, "ceremony", "")
	worker.signIn(o.logins[registertest.WestWorker], password).want(http.StatusOK)
	worker.link(first).want(http.StatusOK)
	worker.link(second).problem(http.StatusConflict, "identity_taken", "")
	colleague.link(first).problem(http.StatusConflict, "identity_taken", "")
	o.Exec("UPDATE rounds.accounts SET password_hash = NULL WHERE id = $1", o.As(registertest.WestWorker).Account)
	worker.do("DELETE", "/api/v1/account/provider", nil).problem(http.StatusConflict, "last_way", "")
	colleague.do("DELETE", "/api/v1/account/provider", nil).problem(http.StatusForbidden, "no_identity", "")

	id := uuid.New()
	token := o.caller(registertest.Administrator).sentLink("/api/v1/accounts", newcomer(id)).token(t)
	ada := o.caller("")
	begun := d.holds("POST /api/v1/join/provider/begin", ada.do("POST", "/api/v1/join/provider/begin", map[string]string{"token": token}))
	joined := d.holds("POST /api/v1/session/provider", ada.finish(ada.visit(begun, second)))
	if !strings.Contains(string(joined.body), `"did":"joined","waits":"no_grant"`) {
		t.Errorf("%s", joined.body)
	}
	ada.do("POST", "/api/v1/join/provider/begin", map[string]string{"token": token}).problem(http.StatusNotFound, "no_link", "token")
	ada.finish(ada.visit(ada.begin("/api/v1/session/provider/begin"), second)).problem(http.StatusForbidden, "no_grant", "")
	o.later(16 * time.Minute)
	colleague.begin("/api/v1/account/provider/begin").problem(http.StatusForbidden, "stale", "")
}

func TestProvider_MayBeAbsentOrSilent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.caller("")
	c.begin("/api/v1/session/provider/begin").problem(http.StatusNotFound, "no_provider", "")
	if ways := c.ways(); ways.Provider != nil {
		t.Errorf("%+v", ways)
	}
	silent := worldOf(t, registertest.NewTown(t), func(options *access.Options) {
		options.Provider = &access.Provider{Issuer: "http://127.0.0.1:1", ClientID: "rounds", Name: "Nobody"}
	})
	silent.caller("").begin("/api/v1/session/provider/begin").problem(http.StatusBadGateway, "provider_silent", "")
	// Everybody is told who learns that somebody signs in.
	for world, want := range map[*world]string{w: `"identity_provider":null`, silent: `"identity_provider":"Nobody"`} {
		if about := world.caller("").do("GET", "/api/v1/about", nil).want(http.StatusOK).body; !strings.Contains(string(about), want) {
			t.Errorf("the public page has no %s: %s", want, about)
		}
	}
	silent.caller(registertest.WestWorker).do("GET", "/api/v1/session", nil).want(http.StatusOK)
}
