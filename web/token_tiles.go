package web

import (
	"net/http"
	"strings"

	"github.com/rounds-project/rounds/tiles"
	"github.com/rounds-project/rounds/web/access"
	"github.com/rounds-project/rounds/web/app"
	"github.com/rounds-project/rounds/web/ogc"
)

// tokenLayers are the layers of tiles for who has a token, with the rows that a tile
// counts of what may be sent in a day. The others have ids, states or names of staff:
// /ogc has what leaves of them.
var tokenLayers = map[string]int{"basemap": 0, "heights": 0, "work": rowsOfTile, "releases": rowsOfTile}

// rowsOfTile is about how many cells or bins a tile has.
const rowsOfTile = 100

// withToken lets who has a token see some layers, and everybody else go on.
func (s *Server) withToken(drawn, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !access.HasToken(r) {
			next.ServeHTTP(w, r)
			return
		}
		token, err := s.Gate.Token(r)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		ogc.AllowHost(w, token)
		name, rest, isPart := strings.Cut(strings.TrimPrefix(r.URL.Path, "/tiles/"), "/")
		isTile := isPart && rest != "style.json"
		rows, shown := tokenLayers[strings.TrimSuffix(name, ".json")]
		if !shown {
			err = errRole
		} else if isTile && rows > 0 {
			err = s.DB.SpendRows(r.Context(), token, rows)
		}
		if err != nil {
			s.fail(w, r, err)
			return
		}
		drawn.ServeHTTP(w, r.WithContext(access.With(r.Context(), access.Session{Principal: token.Principal()})))
	})
}

// mapStyles are those of the app; nil when it was not built.
func mapStyles() (*tiles.Styles, error) {
	parts := app.Styles()
	if parts == nil {
		return nil, nil
	}
	return tiles.ReadStyles(parts)
}
