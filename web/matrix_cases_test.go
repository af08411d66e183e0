package web

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// question is one cell of the access matrix.
type question struct {
	reviewed
	role, relation, state string
}

// questions are every route x role x relation x session, those that change what others
// ask for at the end.
func questions(all []reviewed) []question {
	var cases []question
	for _, r := range all {
		asked := relations
		if !r.relates() {
			asked = []string{own}
		}
		for _, relation := range asked {
			cases = append(cases, question{r, "", relation, ""})
			for _, role := range allRoles {
				for _, state := range []string{ended, revoked, live} {
					cases = append(cases, question{r, role, relation, state})
				}
			}
		}
	}
	slices.SortStableFunc(cases, func(a, b question) int { return cmp.Compare(a.when(), b.when()) })
	return cases
}

// when is 0 for cases that change nothing.
func (k question) when() int {
	if !k.allowed() || !k.near() {
		return 0
	}
	return k.turn + 1
}

// allowed: the route is for somebody like that.
func (k question) allowed() bool {
	return slices.Contains(k.roles, "nobody") || k.state == live && slices.Contains(k.roles, k.role)
}

// near: what is asked for is where the grant is, or that does not matter.
func (k question) near() bool {
	return k.relation == own || k.relation == descendant || slices.Contains(k.everywhere, k.role)
}

// The whole of privacy.md's "Who sees what": every route, asked by every role for
// things near and far, with a live session, with one whose grant is over, with one
// that was revoked, and with none. No answer has anything of an area that was not
// granted.
func TestAccess_IsAsReviewedForEveryRouteRoleAreaAndSession(t *testing.T) {
	t.Parallel()
	m := newMatrix(t)
	all := questions(reviewedAccess(t))
	if len(all) < 2000 {
		t.Errorf("only %d cases", len(all))
	}
	seen := map[string]bool{}
	for _, k := range all {
		answer := m.answer(k)
		if complaint := k.complaint(answer); complaint != "" {
			t.Errorf("%s as %q (%s), of an area that is %s: %s: %d %.300s", k.pattern, k.role, k.state, k.relation, complaint, answer.status, answer.body)
		}
		for _, canary := range m.canaries {
			if !bytes.Contains(answer.body, []byte(canary.text)) {
				continue
			}
			seen[canary.text] = true
			if !k.mayHave(canary) {
				t.Errorf("%s as %q (%s), of an area that is %s, answers %s of an area that is %s", k.pattern, k.role, k.state, k.relation, canary.text, canary.relation)
			}
		}
	}
	// The canaries sing: those of the own area, and names to the administrator, were answered.
	for _, canary := range m.canaries {
		if (canary.relation == own || canary.name && canary.relation == sibling) && !seen[canary.text] {
			t.Errorf("%s was in no answer at all", canary.text)
		}
	}
	t.Logf("%d cases", len(all))
}

func (m *matrix) answer(k question) reply {
	m.Helper()
	method, path, _ := strings.Cut(k.pattern, " ")
	p := m.places[k.relation]
	for _, name := range []string{"{id}", "{token}", "{code}", "{tile}"} {
		if strings.Contains(path, name) {
			path = strings.Replace(path, name, m.fill(k.id, p, k), 1)
		}
	}
	var cookie *http.Cookie
	if k.state != "" {
		cookie = m.session(k.role, k.state)
	}
	return m.ask(cookie, method, path+m.fill(k.query, p, k), m.fill(k.body, p, k))
}

// complaint says what is wrong with an answer, "" when nothing is.
func (k question) complaint(r reply) string {
	var p problem
	if strings.HasPrefix(r.header.Get("Content-Type"), "application/problem+json") {
		_ = json.Unmarshal(r.body, &p)
	}
	signIn := r.status == http.StatusUnauthorized && p.Type == "urn:rounds:problem:sign_in"
	role := r.status == http.StatusForbidden && (p.Type == "urn:rounds:problem:role" && p.Field == "" || strings.HasPrefix(k.pattern, "GET /tiles/"))
	switch {
	case r.status >= 500:
		return "fails"
	case k.allowed() && (signIn || role):
		return "is refused"
	case !k.allowed() && k.state != live && !signIn:
		return "needs no session"
	case !k.allowed() && k.state == live && !role:
		return "is not for the role and lets it in"
	case !k.allowed() || !k.relates():
		return ""
	case k.near() && !reached(r):
		return "is not reached"
	case !k.near() && reached(r):
		return "is reached"
	}
	return ""
}

// reached: the answer has something of what was asked for, or did something to it. A
// conflict (409) comes from its state, which somebody saw to say so.
func reached(r reply) bool {
	var list struct{ Items *[]json.RawMessage }
	if r.status == http.StatusOK && json.Unmarshal(r.body, &list) == nil && list.Items != nil {
		return len(*list.Items) > 0
	}
	var sync struct{ Results []syncedBody }
	if r.status == http.StatusOK && json.Unmarshal(r.body, &sync) == nil && len(sync.Results) > 0 {
		return slices.ContainsFunc(sync.Results, func(s syncedBody) bool { return s.State != "refused" })
	}
	tile := strings.HasSuffix(strings.Split(r.what, "?")[0], ".mvt")
	return r.status < 400 && !(tile && r.status == http.StatusNoContent) || r.status == http.StatusConflict
}

// mayHave says whether an answer to this case may have the canary.
func (k question) mayHave(c canary) bool {
	if k.names && strings.HasSuffix(c.text, "area") {
		return true
	}
	return k.state == live && (c.relation == own && k.role != "administrator" || c.name && k.role == "administrator")
}
