package ogc

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/export"
)

// read gives a page of features, taken from what may be sent today.
func (a *asked) read(layer register.ExportLayer, query register.FeatureQuery) (page register.FeaturePage, err error) {
	if err := a.who.mayRead(); err != nil {
		return page, err
	}
	ctx := a.r.Context()
	if query.Given, err = export.FeatureRows(ctx, a.DB, a.Statistics, a.who.Principal, layer.Name, a.Today()); err != nil {
		return page, err
	}
	if page, err = a.DB.Features(ctx, a.who.Principal, layer, query); err != nil {
		return page, err
	}
	return page, a.who.spend(ctx, a.DB, len(page.Features))
}

func (a *asked) items() error {
	layer, err := a.layer()
	if err != nil {
		return err
	}
	query, out, err := a.itemsQuery(layer)
	if err != nil {
		return err
	}
	var before cursor
	given := a.r.URL.Query()
	if given.Has("cursor") {
		if before, err = a.unseal(given.Get("cursor"), layer.Name); err != nil {
			return err
		}
		query.After, query.Count = before.After, false
	}
	page, err := a.read(layer, query)
	if err != nil {
		return err
	}
	if query.After != "" {
		page.Matched = before.Matched // as it was when the first page was asked for
	}
	links := a.itself(typeGeoJSON)
	if page.More {
		next, err := a.seal(cursor{page.Features[len(page.Features)-1].Key, page.Matched}, layer.Name)
		if err != nil {
			return err
		}
		given.Set("cursor", next)
		given.Set("f", string(a.form))
		media := map[form]string{asJSON: typeGeoJSON, asHTML: typeHTML}[a.form]
		links = append(links, link{a.of(a.r.URL.Path, given), "next", media, a.words.Next})
	}
	a.w.Header().Set("Content-Crs", "<"+out.uri+">")
	a.w.Header().Set("Link", fmt.Sprintf(`<%s/collections/%s/queryables>; rel="%s"; type="%s"`, a.base, layer.Name, relQueryables, typeSchema))
	if a.form == asHTML {
		return a.page("items", itemsView(a, layer, page, links))
	}
	var body bytes.Buffer
	body.WriteString(`{"type":"FeatureCollection","features":[`)
	for i, f := range page.Features {
		if i > 0 {
			body.WriteByte(',')
		}
		if err := writeFeature(&body, layer, f, nil); err != nil {
			return err
		}
	}
	body.WriteByte(']')
	if page.Matched != register.Uncounted {
		fmt.Fprintf(&body, `,"numberMatched":%d`, page.Matched)
	}
	fmt.Fprintf(&body, `,"numberReturned":%d,"timeStamp":%q,"links":`, len(page.Features), a.Now().UTC().Format(time.RFC3339))
	if err := writeJSON(&body, links); err != nil {
		return err
	}
	body.WriteString("}\n")
	a.send(typeGeoJSON, body.Bytes())
	return nil
}

func (a *asked) item() error {
	layer, err := a.layer()
	if err != nil {
		return err
	}
	if err := a.only("crs"); err != nil {
		return err
	}
	p, err := a.place()
	if err != nil {
		return err
	}
	out, err := p.named(a.r.URL.Query(), "crs")
	if err != nil {
		return err
	}
	page, err := a.read(layer, register.FeatureQuery{
		Names: a.Keys.Pseudonyms(a.who.id, a.Today()), Today: a.Today(), ID: a.r.PathValue("feature"), Limit: 1, Out: out.System,
	})
	if err != nil {
		return err
	}
	if len(page.Features) == 0 {
		return errNoFeature
	}
	a.w.Header().Set("Content-Crs", "<"+out.uri+">")
	links := append(a.itself(typeGeoJSON), link{a.base + "/collections/" + layer.Name, "collection", typeJSON, a.words.layers[layer.Name][0]})
	if a.form == asHTML {
		return a.page("item", itemsView(a, layer, page, links))
	}
	var body bytes.Buffer
	if err := writeFeature(&body, layer, page.Features[0], links); err != nil {
		return err
	}
	body.WriteByte('\n')
	a.send(typeGeoJSON, body.Bytes())
	return nil
}

// writeFeature writes a feature with every property, null where there is no value:
// clients learn the fields of a layer from its first features.
func writeFeature(body *bytes.Buffer, layer register.ExportLayer, f register.Feature, links []link) error {
	body.WriteString(`{"type":"Feature","id":`)
	if err := writeJSON(body, f.ID); err != nil {
		return err
	}
	body.WriteString(`,"geometry":`)
	body.Write(f.Geometry)
	body.WriteString(`,"properties":{`)
	for i, column := range layer.Columns {
		if i > 0 {
			body.WriteByte(',')
		}
		body.WriteString(strconv.Quote(column.Name)) // of the closed list
		body.WriteByte(':')
		if err := writeJSON(body, f.Values[i]); err != nil {
			return err
		}
	}
	body.WriteByte('}')
	if links != nil {
		body.WriteString(`,"links":`)
		if err := writeJSON(body, links); err != nil {
			return err
		}
	}
	body.WriteByte('}')
	return nil
}

func writeJSON(body *bytes.Buffer, value any) error {
	encoder := json.NewEncoder(body)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return fmt.Errorf("ogc: %w", err)
	}
	body.Truncate(body.Len() - 1) // the encoder ends a line
	return nil
}
