package client

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"net/url"
)

// Cases gives the cases of a unit as they changed since a position, page by page, to the
// last that there is now; "" begins with all that the unit has. Keep Next with what you made
// of the page: it is where you go on. A page that has Anew begins: forget what you know. It
// does so too when the position is over, as after the server was restored from a backup.
// The sequence ends after an error.
func (c *Client) Cases(ctx context.Context, unit, since string) iter.Seq2[CasePage, error] {
	return follow(ctx, c, "/feed/cases", url.Values{"unit": {unit}}, since, func(p CasePage) (string, bool) { return p.Next, p.More })
}

// Routes gives the routes of the plan that is published, when it is another than that of a
// position; as [Client.Cases] does.
func (c *Client) Routes(ctx context.Context, since string) iter.Seq2[RoutePage, error] {
	return follow(ctx, c, "/feed/routes", url.Values{}, since, func(p RoutePage) (string, bool) { return p.Next, p.More })
}

func follow[Page any](ctx context.Context, c *Client, path string, query url.Values, since string, where func(Page) (next string, more bool)) iter.Seq2[Page, error] {
	return func(yield func(Page, error) bool) {
		for more := true; more; {
			var page Page
			query.Set("since", since)
			err := c.get(ctx, c.at(path, query), &page)
			if problem := (*Problem)(nil); since != "" && errors.As(err, &problem) && problem.Status == http.StatusGone {
				since = ""
				continue
			}
			since, more = where(page)
			if !yield(page, err) || err != nil {
				return
			}
		}
	}
}
