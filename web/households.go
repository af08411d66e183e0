package web

import (
	"math"
	"net/http"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
)

type newHouseholdBody struct {
	Lon         *float64 `json:"lon"`
	Lat         *float64 `json:"lat"`
	Street      string   `json:"street"`
	HouseNumber string   `json:"house_number"`
	Unit        string   `json:"unit"`
	Postcode    string   `json:"postcode"`
	Place       string   `json:"place"`
	Doors       int      `json:"doors"`
}

func (b newHouseholdBody) household() (place geo.Household, err error) {
	at, err := pointOf(b.Lon, b.Lat)
	return geo.Household{
		At: at, Doors: b.Doors,
		Address: geo.Address{Street: b.Street, Number: b.HouseNumber, Unit: b.Unit, Postcode: b.Postcode, Place: b.Place},
	}, err
}

// pointOf is the point of a longitude and a latitude, which a body may have left out.
func pointOf(lon, lat *float64) (orb.Point, error) {
	switch {
	case lon == nil || math.Abs(*lon) > 180:
		return orb.Point{}, invalid("lon", "The longitude is -180 to 180 degrees.")
	case lat == nil || math.Abs(*lat) > 90:
		return orb.Point{}, invalid("lat", "The latitude is -90 to 90 degrees.")
	}
	return orb.Point{*lon, *lat}, nil
}

// addHousehold takes a place that somebody found. Whatever came of it, the answer is the
// same: nobody learns by it who is never to be visited.
func (s *Server) addHousehold(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	body, err := read[newHouseholdBody](w, r)
	if err != nil {
		return err
	}
	place, err := body.household()
	if err != nil {
		return err
	}
	if err := s.DB.AddHousehold(r.Context(), who.Principal, s.Keys, id, place); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

type dwellingClaimBody struct {
	HouseholdID uuid.UUID `json:"household_id"`
	Address     string    `json:"address"`
	Doors       int       `json:"doors"`
	Claimed     int       `json:"claimed"`
	ClaimedOn   string    `json:"claimed_on"`
}

// listDwellingClaims lists places of which somebody counted other dwellings than the
// register has (docs/sync.md).
func (s *Server) listDwellingClaims(w http.ResponseWriter, r *http.Request, who access.Session) error {
	found, err := s.DB.DwellingClaims(r.Context(), who.Principal)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, whole(found, func(c register.DwellingClaim) dwellingClaimBody {
		return dwellingClaimBody{HouseholdID: c.Household, Address: c.Address.Line(), Doors: c.Doors, Claimed: c.Claimed, ClaimedOn: date(c.ClaimedOn)}
	}))
}

func (s *Server) chooseDwellings(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	body, err := read[struct {
		Doors int `json:"doors"`
	}](w, r)
	if err != nil {
		return err
	}
	if body.Doors < 1 || body.Doors > 2000 {
		return invalid("doors", "A place has 1 to 2,000 dwellings.")
	}
	if err := s.DB.ChooseDwellings(r.Context(), who.Principal, id, body.Doors); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
