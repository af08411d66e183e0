package ogc

import (
	"maps"
	"slices"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/export"
)

// object is a part of the description.
type object = map[string]any

func ref(name string) object { return object{"$ref": "#/components/" + name} }

// operation describes a GET.
func operation(id, summary, tag, media string, schema object, parameters ...any) object {
	answers := object{
		"200":     object{"description": summary, "content": object{media: object{"schema": schema}, typeHTML: object{"schema": object{"type": "string"}}}},
		"default": ref("responses/Problem"),
	}
	return object{"get": object{
		"operationId": id, "summary": summary, "description": summary, "tags": []string{tag},
		"parameters": append(slices.Clone(parameters), ref("parameters/f")), "responses": answers,
	}}
}

// parameter describes one of the query.
func parameter(name, description string, schema object) object {
	return object{"name": name, "in": "query", "description": description, "required": false, "schema": schema, "style": "form", "explode": false}
}

var text = object{"type": "string"}

// description is the document of OpenAPI 3.0. It names every layer of the closed list:
// which of them a token reads is for /collections to say.
func (a *asked) description() object {
	paths := object{
		"/":            public(operation("getLandingPage", a.words.title, "capabilities", typeJSON, ref("schemas/Links"))),
		"/conformance": public(operation("getConformance", a.words.conformance, "capabilities", typeJSON, ref("schemas/Conformance"))),
		"/api":         public(operation("getApi", a.words.api, "capabilities", typeOpenAPI, object{"type": "object"})),
		"/collections": operation("getCollections", a.words.Collections, "capabilities", typeJSON, ref("schemas/Collections")),
	}
	common := []any{ref("parameters/bbox"), ref("parameters/bbox-crs"), ref("parameters/datetime"), ref("parameters/limit"), ref("parameters/crs"),
		ref("parameters/filter"), ref("parameters/filter-lang"), ref("parameters/filter-crs"), ref("parameters/cursor")}
	for _, layer := range export.FeatureLayers {
		title, path := a.words.layers[layer.Name][0], "/collections/"+layer.Name
		own := slices.Clone(common)
		for _, column := range layer.Columns {
			own = append(own, parameter(column.Name, column.Name, schemaOf(column)))
		}
		feature := operation("get_"+layer.Name+"_feature", title, layer.Name, typeGeoJSON, ref("schemas/Feature"),
			object{"name": "featureId", "in": "path", "description": "id", "required": true, "schema": text}, ref("parameters/crs"))
		paths[path] = operation("describe_"+layer.Name, title, layer.Name, typeJSON, ref("schemas/Collection"))
		paths[path+"/queryables"] = operation("get_"+layer.Name+"_queryables", a.words.Queryables, layer.Name, typeSchema, object{"type": "object"})
		paths[path+"/items"] = operation("get_"+layer.Name+"_features", title, layer.Name, typeGeoJSON, ref("schemas/FeatureCollection"), own...)
		paths[path+"/items/{featureId}"] = feature
	}
	tags := []object{{"name": "capabilities", "description": a.words.api}}
	for _, layer := range export.FeatureLayers {
		tags = append(tags, object{"name": layer.Name, "description": a.words.layers[layer.Name][1]})
	}
	return object{
		"openapi": "3.0.3",
		"info": object{
			"title": a.words.title, "description": a.words.description, "version": "1.0.0",
			"license": object{"name": "ODbL 1.0", "url": licence},
			"contact": object{"name": "Rounds", "url": a.base + "/"},
		},
		"servers":  []object{{"url": a.base, "description": a.words.title}},
		"tags":     tags,
		"paths":    paths,
		"security": []object{{"basic": []string{}}, {"bearer": []string{}}},
		"components": object{
			"securitySchemes": object{
				"basic":  object{"type": "http", "scheme": "basic", "description": a.words.OwnToken},
				"bearer": object{"type": "http", "scheme": "bearer", "description": a.words.OwnToken},
			},
			"parameters": describedParameters(),
			"responses": object{"Problem": object{"description": "RFC 9457", "content": object{
				"application/problem+json": object{"schema": ref("schemas/Problem")}}}},
			"schemas": describedSchemas(),
		},
	}
}

// public marks an operation that needs no token.
func public(path object) object {
	path["get"].(object)["security"] = []object{}
	return path
}

func schemaOf(column register.ExportColumn) object {
	p := schemaProperties[column.Kind]
	schema := object{"type": p.Type}
	if p.Format != "" {
		schema["format"] = p.Format
	}
	return schema
}

func describedParameters() object {
	uri := object{"type": "string", "format": "uri", "default": crs84}
	box := parameter("bbox", "Four numbers, or six with heights, in bbox-crs", object{"type": "array", "items": object{"type": "number"}, "minItems": 4, "maxItems": 6})
	return object{
		"f":           parameter("f", "json or html, before what Accept says", object{"type": "string", "enum": []string{"json", "html"}}),
		"bbox":        box,
		"bbox-crs":    parameter("bbox-crs", "Coordinate system of bbox", uri),
		"datetime":    parameter("datetime", "A day, a moment or an interval", text),
		"limit":       parameter("limit", "Features on a page", object{"type": "integer", "minimum": 1, "maximum": mostLimit, "default": usualLimit}),
		"crs":         parameter("crs", "Coordinate system of the answer, of those of the collection", uri),
		"filter":      parameter("filter", "A filter in CQL2", text),
		"filter-lang": parameter("filter-lang", "Language of the filter", object{"type": "string", "enum": []string{"cql2-text", "cql2-json"}, "default": "cql2-text"}),
		"filter-crs":  parameter("filter-crs", "Coordinate system of shapes in the filter", uri),
		"cursor":      parameter("cursor", "Where a next page begins; of the link to it", text),
	}
}

func describedSchemas() object {
	list := func(of object) object { return object{"type": "array", "items": of} }
	with := func(properties object, unlessKnown ...string) object {
		required := slices.DeleteFunc(slices.Sorted(maps.Keys(properties)), func(name string) bool { return slices.Contains(unlessKnown, name) })
		return object{"type": "object", "properties": properties, "required": required}
	}
	links := list(ref("schemas/Link"))
	return object{
		"Link": object{"type": "object", "required": []string{"href", "rel"}, "properties": object{
			"href": text, "rel": text, "type": text, "title": text}},
		"Links":       object{"type": "object", "required": []string{"links"}, "properties": object{"title": text, "description": text, "attribution": text, "links": links}},
		"Conformance": with(object{"conformsTo": list(text)}),
		"Collections": with(object{"links": links, "crs": list(text), "collections": list(ref("schemas/Collection"))}),
		"Collection": with(object{"id": text, "title": text, "description": text, "attribution": text, "extent": object{"type": "object"},
			"itemType": text, "crs": list(text), "storageCrs": text, "links": links}),
		"Feature": object{"type": "object", "required": []string{"type", "id", "geometry", "properties"}, "properties": object{
			"type": object{"type": "string", "enum": []string{"Feature"}}, "id": text, "geometry": object{"type": "object"},
			"properties": object{"type": "object"}, "links": links}},
		"FeatureCollection": with(object{"type": object{"type": "string", "enum": []string{"FeatureCollection"}}, "features": list(ref("schemas/Feature")),
			"numberMatched": object{"type": "integer"}, "numberReturned": object{"type": "integer"}, "timeStamp": object{"type": "string", "format": "date-time"}, "links": links}, "numberMatched"),
		"Problem": object{"type": "object", "required": []string{"type", "title", "status", "detail"}, "properties": object{
			"type": text, "title": text, "status": object{"type": "integer"}, "detail": text, "field": text}},
	}
}

// pathBody is a path as the page shows it.
type pathBody struct{ Path, Summary string }

func (a *asked) describe() error {
	if err := a.only(); err != nil {
		return err
	}
	document := a.description()
	if a.form == asHTML {
		paths := document["paths"].(object)
		var body []pathBody
		for _, path := range slices.Sorted(maps.Keys(paths)) {
			body = append(body, pathBody{"/ogc" + path, paths[path].(object)["get"].(object)["summary"].(string)})
		}
		return a.page("api", view{Heading: a.words.apiHTML, Body: body})
	}
	return a.json(typeOpenAPI, document)
}
