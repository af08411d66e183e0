package client

import (
	"context"
	"errors"
	"iter"
	"net/url"
	"strings"
)

// errElsewhere says that a page leads to another server, which is not to have the token.
var errElsewhere = errors.New("client: the next page lies on another server")

// Features gives the features of a layer, such as "incidents", one after the other. The
// query may have bbox, datetime, filter (CQL2), crs, limit (of a page) and the layer's
// fields, see the server's /ogc/api; nil is all of them. The sequence ends after an error.
func (c *Client) Features(ctx context.Context, layer string, query url.Values) iter.Seq2[Feature, error] {
	return func(yield func(Feature, error) bool) {
		next := c.at("/ogc/collections/"+url.PathEscape(layer)+"/items", query)
		for next != "" {
			var page FeatureCollection
			err := c.get(ctx, next, &page)
			if err == nil {
				next, err = c.after(page.Links)
			}
			if err != nil {
				yield(Feature{}, err)
				return
			}
			for _, feature := range page.Features {
				if !yield(feature, nil) {
					return
				}
			}
		}
	}
}

// after is where the next page is, "" after the last.
func (c *Client) after(links []Link) (string, error) {
	for _, link := range links {
		if link.Rel != "next" {
			continue
		}
		if !strings.HasPrefix(link.Href, c.at("/", nil)) {
			return "", errElsewhere
		}
		return link.Href, nil
	}
	return "", nil
}
