package inbox

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
)

// Incidents reads matters at places: a table with the columns lon, lat, matter,
// reported_on and any of id (the number in the ledger it comes from), state (open
// or closed), closed_on; or a GIS file of points with such columns. A matter
// and a state may be given by code or by name. left is complete when the rows have
// been read.
func Incidents(ctx context.Context, in gis.Input, systems Systems, left *Left) register.IncidentRows {
	return func(keep func(int64, register.Incident, *register.Complaint) error) error {
		lists := geo.ClosedLists()
		rows := places[register.Incident]{columns: incidentColumns, required: []string{"lon", "lat", "matter", "reported_on"}, left: left, systems: systems, keep: keep,
			read: func(t record) (register.Incident, error) { return incidentRow(t, lists) }, put: placeIncident}
		return rows.each(ctx, in)
	}
}

// placeIncident gives an incident its point. Without a number of its own it is known
// by its place, matter and day; letters keep the digits from looking like a person's.
func placeIncident(i *register.Incident, at orb.Point) {
	if i.At = at; i.ID == "" {
		i.ID = fmt.Sprintf("E%.6f N%.6f %.24s %s", at[0], at[1], i.Matter, i.ReportedOn.Format(time.DateOnly))
	}
}

func incidentRow(t record, lists geo.Lists) (incident register.Incident, err error) {
	var reported, state, closed string
	err = texts(t, map[string]*string{"id": &incident.ID, "matter": &incident.Matter, "reported_on": &reported, "state": &state, "closed_on": &closed})
	if err != nil {
		return incident, err
	}
	incident.Matter = code(lists, "matters", incident.Matter)
	if incident.ReportedOn, err = time.Parse(time.DateOnly, reported); err != nil {
		return incident, t.Wrong("reported_on", "is no date; want it like 2027-03-01")
	}
	switch code(lists, "incident_states", state) {
	case "", "open":
	case "closed":
		incident.Closed, incident.ClosedOn = true, incident.ReportedOn
	default:
		return incident, t.Wrong("state", "is neither open nor closed")
	}
	if closed != "" && incident.Closed {
		if incident.ClosedOn, err = time.Parse(time.DateOnly, closed); err != nil {
			return incident, t.Wrong("closed_on", "is no date; want it like 2027-03-01")
		}
	}
	return incident, nil
}

// code is that of an entry of a closed list given by its name in English or
// Chinese; other texts stay as they are.
func code(lists geo.Lists, list, text string) string {
	for _, term := range lists[list] {
		if text == term.Chinese || strings.EqualFold(text, term.English) {
			return term.Code
		}
	}
	return text
}
