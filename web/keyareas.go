package web

import (
	"net/http"
	"slices"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/tiles"
	"github.com/rounds-project/rounds/tiles/heat/keyarea"
	"github.com/rounds-project/rounds/tiles/heat/release"
	"github.com/rounds-project/rounds/web/access"
)

// mostKeyAreas are told of at most: who has more looks at a part of the area.
const mostKeyAreas = 200

type multiPolygonBody struct {
	Type        string           `json:"type"`
	Coordinates orb.MultiPolygon `json:"coordinates"`
}

type placeNameBody struct {
	Name   string  `json:"name"`
	NameZH *string `json:"name_zh"`
}

// publishedBody is a sum of published values.
type publishedBody struct {
	Count int  `json:"count"`
	Shown int  `json:"shown"`
	Of    int  `json:"of"`
	Most  bool `json:"most"`
}

type keyAreaBody struct {
	Bin       int             `json:"bin"`
	Dwellings int             `json:"dwellings"`
	Areas     []placeNameBody `json:"areas"`
	// Work of the round, null for who does not hold all of the bin.
	ToVisit  *int             `json:"to_visit"`
	Finished *int             `json:"finished"`
	Late     *int             `json:"late"`
	Minutes  *int             `json:"minutes"`
	Open     *int             `json:"open"`
	Overdue  *int             `json:"overdue"`
	Ranked   bool             `json:"ranked"`
	Support  *publishedBody   `json:"support"`
	Reported *publishedBody   `json:"reported"`
	Outline  multiPolygonBody `json:"outline"`
}

type periodBody struct {
	From string `json:"from"`
	To   string `json:"to"`
}

type keyAreasBody struct {
	By             string     `json:"by"`
	RoundID        *uuid.UUID `json:"round_id"`
	LeastDwellings *int       `json:"least_dwellings"`
	Beyond         bool       `json:"beyond"`
	Elsewhere      struct {
		Open    int `json:"open"`
		Overdue int `json:"overdue"`
	} `json:"elsewhere"`
	Support  *periodBody   `json:"support"`
	Reported *periodBody   `json:"reported"`
	Of       int           `json:"of"`
	Items    []keyAreaBody `json:"items"`
}

// listKeyAreas answers with the bins in order of what is owed there.
func (s *Server) listKeyAreas(w http.ResponseWriter, r *http.Request, who access.Session) error {
	by := keyarea.Owed(r.URL.Query().Get("by"))
	if !slices.Contains(keyarea.AllOwed, by) {
		return invalid("by", "by is late, open, to_visit or support.")
	}
	round, err := queryID(r, "round")
	if err != nil {
		return err
	}
	if _, err := s.statistics(); err != nil {
		return err
	}
	found, err := s.Tiles.KeyAreas(r.Context(), who.Principal, round, by)
	if err != nil {
		return err
	}
	body := keyAreasBody{
		By: string(by), Beyond: found.Beyond, Support: showPeriod(found.Support), Reported: showPeriod(found.Reported),
		Of: len(found.Areas), Items: []keyAreaBody{},
	}
	if found.Round != uuid.Nil {
		body.RoundID = &found.Round
	}
	if found.Partition != nil {
		body.LeastDwellings = &found.Partition.Least
	}
	body.Elsewhere.Open, body.Elsewhere.Overdue = found.Elsewhere.Open, found.Elsewhere.Late
	for _, area := range found.Areas[:min(len(found.Areas), mostKeyAreas)] {
		shown, err := s.showKeyArea(r, found, area)
		if err != nil {
			return err
		}
		body.Items = append(body.Items, shown)
	}
	return answer(w, http.StatusOK, body)
}

func (s *Server) showKeyArea(r *http.Request, found tiles.KeyAreas, area keyarea.Area) (keyAreaBody, error) {
	outline, err := found.Partition.Outline(area.Bin)
	if err != nil {
		return keyAreaBody{}, err
	}
	names, err := s.Tiles.NamesOf(r.Context(), area.Areas)
	if err != nil {
		return keyAreaBody{}, err
	}
	body := keyAreaBody{
		Bin: area.Bin, Dwellings: area.Dwellings, Areas: []placeNameBody{}, Ranked: area.Owes(found.Owed)[0] > 0,
		Support: showPublished(area.Support), Reported: showPublished(area.Reported),
		Outline: multiPolygonBody{Type: "MultiPolygon", Coordinates: outline},
	}
	for _, name := range names {
		body.Areas = append(body.Areas, placeNameBody{Name: name.Name, NameZH: orNull(name.NameZH)})
	}
	if work := area.Work; work != nil {
		minutes := int((work.Seconds + 59) / 60)
		body.ToVisit, body.Finished, body.Late, body.Minutes = &work.ToVisit, &work.Finished, &work.Late, &minutes
	}
	if area.Matters != nil {
		body.Open, body.Overdue = &area.Matters.Open, &area.Matters.Late
	}
	return body, nil
}

func showPeriod(p *release.Period) *periodBody {
	if p == nil {
		return nil
	}
	return &periodBody{From: date(p.From), To: date(p.To)}
}

func showPublished(p *keyarea.Published) *publishedBody {
	if p == nil {
		return nil
	}
	shown := publishedBody(*p)
	return &shown
}
