package ogc

import (
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/tiles/basemap"
	"github.com/rounds-project/rounds/web/export"
)

const attribution = basemap.Attribution

type extentBody struct {
	Spatial struct {
		BBox [][4]float64 `json:"bbox"`
		CRS  string       `json:"crs"`
	} `json:"spatial"`
	Temporal *temporalBody `json:"temporal,omitempty"`
}

type temporalBody struct {
	Interval [][2]*string `json:"interval"`
	TRS      string       `json:"trs"`
}

type collectionBody struct {
	ID          string     `json:"id"`
	Title       string     `json:"title"`
	Description string     `json:"description"`
	Attribution string     `json:"attribution"`
	Extent      extentBody `json:"extent"`
	ItemType    string     `json:"itemType"`
	CRS         []string   `json:"crs"`
	StorageCRS  string     `json:"storageCrs"`
	Links       []link     `json:"links"`
}

// place is where the reader's areas are, with the coordinate systems for it.
type place struct {
	bound   orb.Bound
	systems []system
}

func (a *asked) place() (p place, err error) {
	bound, ok, err := a.DB.GrantedBound(a.r.Context(), a.who.Principal)
	if err != nil {
		return p, err
	}
	if !ok {
		return p, errNoCollection
	}
	numbers, err := a.known.read(a.r.Context(), a.DB)
	return place{bound, systemsAt(bound.Center(), numbers)}, err
}

// layer is the layer that the address names, when it is for the reader.
func (a *asked) layer() (register.ExportLayer, error) {
	layer, found := export.FeatureLayerNamed(a.r.PathValue("collection"))
	if !found || !layer.Allows(a.who.Role) {
		return layer, errNoCollection
	}
	return layer, nil
}

// leafReach is how far, in degrees, a cell or a bin may reach out of the area that its
// middles lie in: leaf cells are 200 m wide.
const leafReach = 0.01

// boundOf is where the features of a layer lie: in the reader's areas, but for shapes that
// reach out of them.
func (a *asked) boundOf(layer register.ExportLayer, p place) (orb.Bound, error) {
	switch layer.Name {
	case "cells", "releases":
		return p.bound.Pad(leafReach), nil
	case "routes", "basemap":
		bound, ok, err := a.DB.LayerBound(a.r.Context(), a.who.Principal, layer, a.Today())
		if err != nil || !ok {
			return p.bound, err
		}
		return bound, nil
	}
	return p.bound, nil
}

func (a *asked) describeLayer(layer register.ExportLayer, p place) (collectionBody, error) {
	bound, err := a.boundOf(layer, p)
	if err != nil {
		return collectionBody{}, err
	}
	names := a.words.layers[layer.Name]
	address := a.base + "/collections/" + layer.Name
	body := collectionBody{
		ID: layer.Name, Title: names[0], Description: names[1], Attribution: attribution,
		ItemType: "feature", StorageCRS: crs84,
		Links: []link{
			{address + "/items?f=json", "items", typeGeoJSON, a.words.Items},
			{address + "/items?f=html", "items", typeHTML, a.words.Items},
			{address + "/queryables", relQueryables, typeSchema, a.words.Queryables},
			{address + "/queryables?f=html", relQueryables, typeHTML, a.words.Queryables},
			{licence, "license", typeHTML, "ODbL 1.0"},
		},
	}
	body.Extent.Spatial.BBox = [][4]float64{{bound.Min[0], bound.Min[1], bound.Max[0], bound.Max[1]}}
	body.Extent.Spatial.CRS = crs84
	if len(layer.Times) > 0 {
		body.Extent.Temporal = &temporalBody{[][2]*string{{nil, nil}}, "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"}
	}
	for _, s := range p.systems {
		body.CRS = append(body.CRS, s.uri)
	}
	return body, nil
}

const licence = "https://opendatacommons.org/licenses/odbl/1-0/"

func (a *asked) collections() error {
	if err := a.only(); err != nil {
		return err
	}
	p, err := a.place()
	if err != nil {
		return err
	}
	body := struct {
		Links       []link           `json:"links"`
		CRS         []string         `json:"crs"`
		Collections []collectionBody `json:"collections"`
	}{Links: a.itself(typeJSON)}
	for _, layer := range export.FeatureLayers {
		if layer.Allows(a.who.Role) {
			one, err := a.describeLayer(layer, p)
			if err != nil {
				return err
			}
			one.Links = slices.Insert(one.Links, 0,
				link{a.base + "/collections/" + layer.Name + "?f=json", "self", typeJSON, one.Title},
				link{a.base + "/collections/" + layer.Name + "?f=html", "alternate", typeHTML, one.Title})
			body.Collections = append(body.Collections, one)
			body.CRS = one.CRS
		}
	}
	if a.form == asHTML {
		return a.page("collections", view{Heading: a.words.Collections, Body: body.Collections})
	}
	return a.json(typeJSON, body)
}

func (a *asked) collection() error {
	if err := a.only(); err != nil {
		return err
	}
	layer, err := a.layer()
	if err != nil {
		return err
	}
	p, err := a.place()
	if err != nil {
		return err
	}
	body, err := a.describeLayer(layer, p)
	if err != nil {
		return err
	}
	body.Links = append(a.itself(typeJSON), body.Links...)
	if a.form == asHTML {
		return a.page("collection", view{Heading: body.Title, Layer: layer.Name, Body: body})
	}
	return a.json(typeJSON, body)
}

// relQueryables is how links to what can be asked for are called.
const relQueryables = "http://www.opengis.net/def/rel/ogc/1.0/queryables"

// schemaProperty is a field as JSON Schema has it; a geometry has a format and no type.
type schemaProperty struct {
	Type   string `json:"type,omitempty"`
	Format string `json:"format,omitempty"`
	Role   string `json:"x-ogc-role,omitempty"`
}

// geometryFormat is how Part 3 calls the geometry of a layer.
func geometryFormat(layer register.ExportLayer) string {
	if layer.Geometry == "Geometry" {
		return "geometry-any"
	}
	return "geometry-" + strings.ToLower(layer.Geometry)
}

var schemaProperties = map[string]schemaProperty{
	"text": {Type: "string"}, "integer": {Type: "integer"}, "boolean": {Type: "boolean"},
	"date": {Type: "string", Format: "date"}, "time": {Type: "string", Format: "time"},
}

func (a *asked) queryables() error {
	if err := a.only(); err != nil {
		return err
	}
	layer, err := a.layer()
	if err != nil {
		return err
	}
	if a.form == asHTML {
		return a.page("queryables", view{Heading: a.words.Queryables, Layer: layer.Name, Body: layer.Columns})
	}
	properties := map[string]schemaProperty{register.GeometryProperty: {Format: geometryFormat(layer), Role: "primary-geometry"}}
	for _, column := range layer.Columns {
		properties[column.Name] = schemaProperties[column.Kind]
	}
	return a.json(typeSchema, struct {
		Schema               string                    `json:"$schema"`
		ID                   string                    `json:"$id"`
		Type                 string                    `json:"type"`
		Title                string                    `json:"title"`
		Properties           map[string]schemaProperty `json:"properties"`
		AdditionalProperties bool                      `json:"additionalProperties"`
	}{"https://json-schema.org/draft/2020-12/schema", a.base + "/collections/" + layer.Name + "/queryables", "object",
		a.words.layers[layer.Name][0], properties, false})
}
