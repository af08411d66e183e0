package feed

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
	"github.com/rounds-project/rounds/web/export"
	"github.com/rounds-project/rounds/web/sealed"
)

const (
	// usualPage and mostPage are how many changes there are on a page.
	usualPage = 500
	mostPage  = 5000
)

// ErrSince says that a position is of another token, feed or unit: after a restore from a
// backup, which may have lost what was told, of all of them.
var ErrSince = errors.New("feed: since is of another token, feed or unit, or of before a restore; leave it out to begin anew")

// Options of a handler; all are needed.
type Options struct {
	DB   *register.DB
	Keys *register.Keys
	Gate *access.Gate
	// Today is the installation's date.
	Today func() time.Time
}

// Page is what a feed answers, and what a webhook is sent.
type Page struct {
	Feed string     `json:"feed"`
	Unit *uuid.UUID `json:"unit,omitempty"`
	// Anew says that what was told before is to be forgotten.
	Anew    bool             `json:"anew"`
	Changes []map[string]any `json:"changes"`
	// Next is for since; More says that there is more already.
	Next string `json:"next,omitempty"`
	More bool   `json:"more"`
}

// Answer gives a page of a feed to who has a token.
func (o Options) Answer(w http.ResponseWriter, r *http.Request) error {
	w.Header().Add("Vary", "Authorization")
	token, err := o.Gate.Token(r)
	if err != nil {
		w.Header().Set("WWW-Authenticate", `Bearer realm="Rounds"`)
		return err
	}
	if token.LeftRows <= 0 {
		return register.ErrDayIsFull
	}
	query, unit, err := o.query(r, token)
	if err != nil {
		return err
	}
	query.Limit = min(query.Limit, token.LeftRows)
	found, err := o.DB.Changes(r.Context(), token.Principal(), query)
	if err != nil {
		return err
	}
	if err := o.DB.SpendRows(r.Context(), token, max(1, len(found.Changes))); err != nil {
		return err
	}
	page := pageOf(query.Feed, unit, found)
	page.Next = sealed.Seal(o.Keys.Cursor(token.ID), []byte(found.Position), belonging(query.Feed, unit))
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	return json.NewEncoder(w).Encode(page)
}

func pageOf(feed string, unit *uuid.UUID, found register.FeedPage) Page {
	page := Page{Feed: feed, Unit: unit, Anew: found.Anew, Changes: found.Changes, More: found.More}
	if page.Changes == nil {
		page.Changes = []map[string]any{}
	}
	return page
}

// query reads since, unit and limit.
func (o Options) query(r *http.Request, token register.Token) (query register.FeedQuery, unit *uuid.UUID, err error) {
	query = register.FeedQuery{Feed: r.PathValue("feed"), Limit: usualPage, Today: o.Today(), Names: o.Keys.Pseudonyms(token.ID, o.Today())}
	given := r.URL.Query()
	if query.Feed == register.CasesFeed {
		id, err := uuid.Parse(given.Get("unit"))
		if err != nil {
			return query, nil, &export.FieldError{Field: "unit", Problem: "Say whose cases: ?unit= and the id of a unit."}
		}
		query.Unit, unit = id, &id
	}
	if text := given.Get("limit"); text != "" {
		if query.Limit, err = strconv.Atoi(text); err != nil || query.Limit < 1 {
			return query, nil, &export.FieldError{Field: "limit", Problem: "Give a number from 1 to " + strconv.Itoa(mostPage) + "."}
		}
		query.Limit = min(query.Limit, mostPage)
	}
	if text := given.Get("since"); text != "" {
		position, err := sealed.Open(o.Keys.Cursor(token.ID), text, belonging(query.Feed, unit))
		if err != nil {
			return query, nil, ErrSince
		}
		query.Position = string(position)
	}
	return query, unit, nil
}

// belonging is what a position is of.
func belonging(feed string, unit *uuid.UUID) []byte {
	of := "feed " + feed
	if unit != nil {
		of += " " + unit.String()
	}
	return []byte(of)
}
