package web

import (
	"math"
	"net/http"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
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
