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

// Meaning says what the columns and words of a file of matters mean.
type Meaning struct {
	// Columns has, for names in small letters, the column of the closed list that each is;
	// nil goes by the names of the columns.
	Columns map[string]string
	// Words has, for the columns matter and state, what a word of the file means: a code.
	Words map[string]map[string]string
	// Strange may be nil; it is told the words of these columns that mean nothing.
	Strange func(column, word string)
}

// Incidents reads matters at places: a table with the columns lon, lat, matter,
// reported_on and any of id (the number in the ledger it comes from), state (open
// or closed), closed_on; or a GIS file of points with such columns. A matter
// and a state may be given by code or by name. left is complete when the rows have
// been read.
func Incidents(ctx context.Context, in gis.Input, meaning Meaning, systems Systems, left *Left) register.IncidentRows {
	return func(keep func(int64, register.Incident, *register.Complaint) error) error {
		lists := geo.ClosedLists()
		rows := places[register.Incident]{columns: incidentColumns, mapping: meaning.Columns, required: []string{"lon", "lat", "matter", "reported_on"}, left: left, systems: systems, keep: keep,
			read: func(t record) (register.Incident, error) { return meaning.row(t, lists) }, put: placeIncident}
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

// row reads a matter; of one with an error the other columns are read too.
func (m Meaning) row(t record, lists geo.Lists) (incident register.Incident, err error) {
	var reported, state, closed string
	err = texts(t, map[string]*string{"id": &incident.ID, "matter": &incident.Matter, "reported_on": &reported, "state": &state, "closed_on": &closed})
	if err != nil {
		return incident, err
	}
	wrong := func(field, problem string) {
		if err == nil {
			err = t.Wrong(field, problem)
		}
	}
	incident.Matter = m.word(lists, "matter", "matters", incident.Matter)
	var read bool
	if incident.ReportedOn, read = dayOf(reported); !read {
		wrong("reported_on", "is no date; want it like 2027-03-01")
	}
	switch m.word(lists, "state", "incident_states", state) {
	case "":
		incident.Closed = closed != ""
	case "open":
	case "closed":
		incident.Closed, incident.ClosedOn = true, incident.ReportedOn
	default:
		wrong("state", "is neither open nor closed")
	}
	if closed != "" && incident.Closed {
		if incident.ClosedOn, read = dayOf(closed); !read {
			wrong("closed_on", "is no date; want it like 2027-03-01")
		}
	}
	return incident, err
}

// word is the code that a text of a column means; other texts stay as they are.
func (m Meaning) word(lists geo.Lists, column, list, text string) string {
	if means := m.Words[column][strings.ToLower(text)]; means != "" {
		text = means
	}
	text = code(lists, list, text)
	if _, known := lists.Find(list, text); !known && text != "" && m.Strange != nil {
		m.Strange(column, text)
	}
	return text
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
