package inbox

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
)

// incidentFields are all that is read of an incident, besides its point.
var incidentFields = []string{"id", "matter", "reported_on", "state", "closed_on"}

// Incidents reads matters at places: a CSV file with the columns lon, lat, matter,
// reported_on and any of id (the number in the ledger it comes from), state (open
// or closed), closed_on; or a GeoJSON file of points with such properties.
func Incidents(ctx context.Context, r io.Reader, turn Transform, left *Left) register.IncidentRows {
	return func(keep func(int64, register.Incident, *register.Complaint) error) error {
		in := bufio.NewReaderSize(r, 1<<16)
		json, err := isJSON(in)
		if err != nil {
			return err
		}
		rows := &batch[register.Incident]{transform: turn, keep: keep, place: placeIncident}
		if json {
			err = incidentFeatures(ctx, in, rows, left)
		} else {
			err = incidentTable(ctx, in, rows, left)
		}
		if err != nil {
			return err
		}
		return rows.flush(ctx)
	}
}

func incidentTable(ctx context.Context, in io.Reader, rows *batch[register.Incident], left *Left) error {
	kept := append([]string{"lon", "lat"}, incidentFields...)
	t, err := table(in, left, kept, []string{"lon", "lat", "matter", "reported_on"})
	if err != nil {
		return err
	}
	for {
		more, err := t.Next()
		if err != nil {
			return fatal(err)
		}
		if !more {
			return nil
		}
		incident, err := incidentRow(t)
		c := complaint(err)
		if err != nil && c == nil {
			return err
		}
		if err := rows.add(ctx, t.Number(), incident, incident.At, c); err != nil {
			return err
		}
	}
}

func incidentRow(t *gis.Table) (register.Incident, error) {
	values := map[string]string{}
	for _, column := range incidentFields {
		text, err := t.Text(column)
		if err != nil {
			return register.Incident{}, err
		}
		values[column] = text
	}
	at, err := degrees(t)
	if err != nil {
		return register.Incident{}, err
	}
	incident, c := newIncident(at, values)
	if c != nil {
		return incident, t.Wrong(c.Field, c.Problem)
	}
	return incident, nil
}

func incidentFeatures(ctx context.Context, in io.Reader, rows *batch[register.Incident], left *Left) error {
	collection, err := features(in)
	if err != nil {
		return err
	}
	left.Columns = otherProperties(collection, incidentFields)
	for i, f := range collection.Features {
		number := int64(i + 1)
		at, isPoint := f.Geometry.(orb.Point)
		values := map[string]string{}
		for _, name := range incidentFields {
			values[name] = property(f, name)
		}
		incident, c := newIncident(at, values)
		if !isPoint {
			c = &register.Complaint{Field: "geometry", Problem: "is no Point"}
		}
		if err := rows.add(ctx, number, incident, at, c); err != nil {
			return err
		}
	}
	return nil
}

// newIncident judges the values. Without a number of its own an incident is known
// by its place, matter and day.
func newIncident(at orb.Point, values map[string]string) (register.Incident, *register.Complaint) {
	incident := register.Incident{ID: values["id"], At: at, Matter: values["matter"]}
	var err error
	if incident.ReportedOn, err = time.Parse(time.DateOnly, values["reported_on"]); err != nil {
		return incident, &register.Complaint{Field: "reported_on", Problem: "is no date; want it like 2027-03-01"}
	}
	switch values["state"] {
	case "", "open":
	case "closed":
		incident.Closed, incident.ClosedOn = true, incident.ReportedOn
	default:
		return incident, &register.Complaint{Field: "state", Problem: "is neither open nor closed"}
	}
	if text := values["closed_on"]; text != "" && incident.Closed {
		if incident.ClosedOn, err = time.Parse(time.DateOnly, text); err != nil {
			return incident, &register.Complaint{Field: "closed_on", Problem: "is no date; want it like 2027-03-01"}
		}
	}
	if incident.ID == "" {
		incident.ID = fmt.Sprintf("%.6f %.6f %.24s %s", at[0], at[1], incident.Matter, values["reported_on"])
	}
	return incident, nil
}

// property is a text or number of a feature as text.
func property(f *geojson.Feature, name string) string {
	switch value := f.Properties[name].(type) {
	case string:
		return value
	case float64:
		return fmt.Sprintf("%.15g", value)
	}
	return ""
}

// otherProperties counts the names of properties that are not kept.
func otherProperties(collection *geojson.FeatureCollection, kept []string) int {
	names := map[string]bool{}
	for _, f := range collection.Features {
		for name := range f.Properties {
			names[name] = true
		}
	}
	for _, name := range kept {
		delete(names, name)
	}
	return len(names)
}
