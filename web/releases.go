package web

import (
	"encoding/hex"
	"net/http"
	"slices"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/tiles"
	"github.com/rounds-project/rounds/tiles/heat/release"
	"github.com/rounds-project/rounds/web/access"
)

// releaseBody is a release of the published statistics; its numbers have an address of
// their own.
type releaseBody struct {
	ID          uuid.UUID `json:"id"`
	Measure     string    `json:"measure"`
	From        string    `json:"from"`
	To          string    `json:"to"`
	FrozenOn    string    `json:"frozen_on"`
	PartitionID uuid.UUID `json:"partition_id"`
	// SHA256 is that of the release's document.
	SHA256 string `json:"sha256"`
}

func showRelease(r register.Release) releaseBody {
	return releaseBody{
		ID: r.ID, Measure: r.Measure, From: date(r.From), To: date(r.To), FrozenOn: date(r.FrozenOn),
		PartitionID: r.Partition, SHA256: hex.EncodeToString(r.Digest),
	}
}

// statistics are the published ones; the error says when this process serves none.
func (s *Server) statistics() (*tiles.Statistics, error) {
	if s.Statistics == nil {
		return nil, newProblem(http.StatusServiceUnavailable, "no_statistics", "", "This installation does not serve statistics; its operator names their login in DATABASE_STATS_URL.")
	}
	return s.Statistics, nil
}

// listReleases pages through the releases, the newest first.
func (s *Server) listReleases(w http.ResponseWriter, r *http.Request, _ access.Session) error {
	statistics, err := s.statistics()
	if err != nil {
		return err
	}
	part, err := windowOf(r)
	if err != nil {
		return err
	}
	_, after, err := part.afterDay()
	if err != nil {
		return err
	}
	releases, err := statistics.List(r.Context())
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(releases, func(one register.Release) bool { return one.ID == after }); i >= 0 {
		releases = releases[i+1:]
	}
	return answer(w, http.StatusOK, listed(releases, part.limit, showRelease, func(one register.Release) string { return dayAndID(one.From, one.ID) }))
}

type binBody struct {
	Bin       int           `json:"bin"`
	Dwellings int           `json:"dwellings"`
	Shown     release.Shown `json:"shown"`
	Count     *int          `json:"count"`
}

type areaTotalBody struct {
	AreaID uuid.UUID `json:"area_id"`
	release.Total
}

type releaseValuesBody struct {
	releaseBody
	LeastDwellings int           `json:"least_dwellings"`
	Total          release.Total `json:"total"`
	Bins           []binBody     `json:"bins"`
	// Areas are the principal's that hold whole bins.
	Areas []areaTotalBody `json:"areas"`
}

// getRelease answers with the values of a release, and their sums over the whole bins of
// each of the principal's areas.
func (s *Server) getRelease(w http.ResponseWriter, r *http.Request, who access.Session) error {
	found, err := s.release(r)
	if err != nil {
		return err
	}
	body := releaseValuesBody{
		releaseBody: releaseBody{
			ID: found.ID, Measure: found.Measure.Name, From: date(found.Period.From), To: date(found.Period.To), FrozenOn: date(found.Period.FrozenOn()),
			PartitionID: found.Partition.ID, SHA256: hex.EncodeToString(found.Digest),
		},
		LeastDwellings: found.Partition.Least, Areas: []areaTotalBody{}, Bins: make([]binBody, len(found.Values)),
	}
	all := make([]int, len(found.Values))
	for i, value := range found.Values {
		all[i] = i
		body.Bins[i] = binBody{Bin: i, Dwellings: found.Partition.Bins[i].Dwellings, Shown: value.Shown}
		if value.Shown == release.Number {
			body.Bins[i].Count = &value.Count
		}
	}
	body.Total = found.Sum(all)
	within, err := s.DB.CellsWithin(r.Context(), who.Principal, found.Partition.Cells())
	if err != nil {
		return err
	}
	for _, area := range within {
		inside := func(cell geo.Cell) bool { _, is := slices.BinarySearch(area.Cells, cell); return is }
		if whole := found.Partition.Within(inside); len(whole) > 0 {
			body.Areas = append(body.Areas, areaTotalBody{area.Area, found.Sum(whole)})
		}
	}
	return answer(w, http.StatusOK, body)
}

func (s *Server) release(r *http.Request) (*tiles.Release, error) {
	statistics, err := s.statistics()
	if err != nil {
		return nil, err
	}
	id, err := pathID(r)
	if err != nil {
		return nil, err
	}
	return statistics.Release(r.Context(), id)
}

// getReleaseDocument answers with the bytes that the hash of a release is of.
func (s *Server) getReleaseDocument(w http.ResponseWriter, r *http.Request, _ access.Session) error {
	found, err := s.release(r)
	if err != nil {
		return err
	}
	return answerDocument(w, "release-"+found.Measure.Name+"-"+date(found.Period.From)+".json", found.Document)
}

// getPartitionDocument answers with the bytes that the hash of a partition is of.
func (s *Server) getPartitionDocument(w http.ResponseWriter, r *http.Request, _ access.Session) error {
	statistics, err := s.statistics()
	if err != nil {
		return err
	}
	id, err := pathID(r)
	if err != nil {
		return err
	}
	found, err := statistics.Partition(r.Context(), id)
	if err != nil {
		return err
	}
	return answerDocument(w, "partition.json", found.Document)
}

// answerDocument answers with bytes as they are: a space more would be another hash.
func answerDocument(w http.ResponseWriter, name string, text []byte) error {
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	header.Set("Cache-Control", "private, max-age=86400, immutable")
	_, _ = w.Write(text) // the client may have gone
	return nil
}
