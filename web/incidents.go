package web

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
)

type incidentBody struct {
	ID         uuid.UUID `json:"id"`
	Kind       string    `json:"kind"`
	Matter     string    `json:"matter"`
	Lon        float64   `json:"lon"`
	Lat        float64   `json:"lat"`
	State      string    `json:"state"`
	ReportedOn string    `json:"reported_on"`
	DueOn      string    `json:"due_on"`
	Late       bool      `json:"late"`
	AreaID     uuid.UUID `json:"area_id"`
	InHome     bool      `json:"in_home"`
}

func (s *Server) showIncident(i register.FiledIncident) incidentBody {
	return incidentBody{
		ID: i.ID, Kind: i.Kind, Matter: i.Matter, Lon: i.At.Lon(), Lat: i.At.Lat(), State: i.State,
		ReportedOn: date(i.ReportedOn), DueOn: date(i.DueOn), Late: i.State == "open" && i.DueOn.Before(s.today()), AreaID: i.Area, InHome: i.InHome,
	}
}

type newIncidentBody struct {
	Matter string   `json:"matter"`
	Lon    *float64 `json:"lon"`
	Lat    *float64 `json:"lat"`
	Source string   `json:"source"`
	InHome bool     `json:"in_home"`
	// Text and Receipt may be "".
	Text    string `json:"text"`
	Receipt string `json:"receipt"`
}

// report reads what somebody reports.
func (b newIncidentBody) report(id uuid.UUID, on time.Time) (report register.Report, err error) {
	report = register.Report{ID: id, Matter: b.Matter, Source: b.Source, ReportedOn: on, InHome: b.InHome}
	if report.At, err = pointOf(b.Lon, b.Lat); err != nil {
		return report, err
	}
	if !slices.Contains(takenDown, b.Source) {
		return report, invalid("source", "The source is doorstep, desk or phone.")
	}
	if report.Text, err = register.ParseText(b.Text); err != nil || b.Receipt == "" {
		return report, err
	}
	receipt, err := register.ParseReceipt(b.Receipt)
	report.Receipt = &receipt
	return report, err
}

// takenDown are the sources that somebody who works here names.
var takenDown = []string{"doorstep", "desk", "phone"}

func (s *Server) reportIncident(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	body, err := read[newIncidentBody](w, r)
	if err != nil {
		return err
	}
	report, err := body.report(id, s.today())
	if err != nil {
		return err
	}
	if err := s.DB.CheckOffered(r.Context(), report.Matter, report.ID); err != nil {
		return err
	}
	filed, added, err := s.DB.ReportIncident(r.Context(), who.Principal, s.Keys, report)
	if err != nil {
		return err
	}
	return answer(w, created(added), s.showIncident(filed))
}

// listIncidents pages by due date.
func (s *Server) listIncidents(w http.ResponseWriter, r *http.Request, who access.Session) error {
	part, err := windowOf(r)
	if err != nil {
		return err
	}
	query := r.URL.Query()
	filter := register.IncidentFilter{State: query.Get("state"), Limit: part.limit + 1}
	if filter.State != "" && filter.State != "open" && filter.State != "closed" {
		return invalid("state", "The state is open or closed.")
	}
	if filter.AfterDue, filter.AfterID, err = part.afterDay(); err != nil {
		return err
	}
	if filter.Into, err = queryID(r, "into"); err != nil {
		return err
	}
	if text := query.Get("bbox"); text != "" {
		if filter.Bound, err = parseBox(text); err != nil {
			return err
		}
	}
	found, err := s.DB.Incidents(r.Context(), who.Principal, filter)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, listed(found, part.limit, s.showIncident, func(i register.FiledIncident) string { return dayAndID(i.DueOn, i.ID) }))
}

func parseBox(text string) (*orb.Bound, error) {
	wrong := invalid("bbox", "bbox is west,south,east,north in degrees.")
	parts := strings.Split(text, ",")
	if len(parts) != 4 {
		return nil, wrong
	}
	var side [4]float64
	for i, part := range parts {
		value, err := strconv.ParseFloat(part, 64)
		if err != nil || math.IsNaN(value) || math.Abs(value) > 180 {
			return nil, wrong
		}
		side[i] = value
	}
	if side[0] > side[2] || side[1] > side[3] {
		return nil, wrong
	}
	return &orb.Bound{Min: orb.Point{side[0], side[1]}, Max: orb.Point{side[2], side[3]}}, nil
}
