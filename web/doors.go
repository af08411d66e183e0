package web

import (
	"net/http"
	"slices"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/planner/round"
	"github.com/rounds-project/rounds/web/access"
)

type doorNoteBody struct {
	Note   string `json:"note"`
	SeenOn string `json:"seen_on"`
}

// doorNoteHeardBody is a note with the turn that a phone counts on from.
type doorNoteHeardBody struct {
	doorNoteBody
	Turn int64 `json:"turn"`
}

// door is what a worker is told of a household within 7 days of the visit.
type door struct {
	Support   []supportBody       `json:"support"`
	DoorNotes []doorNoteHeardBody `json:"door_notes"`
	InPairs   bool                `json:"in_pairs"`
}

// doors reads what the worker is told of the doors of a walk, by household.
func (s *Server) doors(r *http.Request, who access.Session, stops []round.Stop) (map[uuid.UUID]door, error) {
	households := make([]uuid.UUID, len(stops))
	for i, stop := range stops {
		households[i] = stop.Household
	}
	wanted, err := s.DB.SupportAt(r.Context(), who.Principal, s.Keys, households)
	if err != nil {
		return nil, err
	}
	notes, err := s.DB.DoorNotes(r.Context(), who.Principal, households)
	if err != nil {
		return nil, err
	}
	pairs, err := s.DB.InPairs(r.Context(), who.Principal, households)
	if err != nil {
		return nil, err
	}
	at := map[uuid.UUID]door{}
	for _, household := range households {
		at[household] = door{Support: []supportBody{}, DoorNotes: []doorNoteHeardBody{}, InPairs: slices.Contains(pairs, household)}
	}
	for _, one := range wanted {
		d := at[one.Household]
		d.Support = append(d.Support, showSupport(one))
		at[one.Household] = d
	}
	for _, note := range notes {
		d := at[note.Household]
		d.DoorNotes = append(d.DoorNotes, doorNoteHeardBody{doorNoteBody{Note: note.Note, SeenOn: date(note.SeenOn)}, note.Turn})
		at[note.Household] = d
	}
	return at, nil
}

type doorNoteSeenBody struct {
	doorNoteBody
	There bool `json:"there"`
}

func (b doorNoteSeenBody) note(household uuid.UUID) (note register.DoorNote, err error) {
	if _, known := geo.ClosedLists().Find("door_notes", b.Note); !known {
		return note, invalid("note", "The note is not on the list; see /api/v1/lists.")
	}
	day, err := parseDate("seen_on", b.SeenOn)
	return register.DoorNote{Household: household, Note: b.Note, SeenOn: day}, err
}

func (s *Server) noteDoor(w http.ResponseWriter, r *http.Request, who access.Session) error {
	household, err := pathID(r)
	if err != nil {
		return err
	}
	body, err := read[doorNoteSeenBody](w, r)
	if err != nil {
		return err
	}
	note, err := body.note(household)
	if err != nil {
		return err
	}
	if err := s.DB.NoteDoor(r.Context(), who.Principal, note, body.There); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// decidePair proposes, confirms or ends that a household is visited in pairs.
func (s *Server) decidePair(w http.ResponseWriter, r *http.Request, who access.Session) error {
	household, err := pathID(r)
	if err != nil {
		return err
	}
	body, err := read[struct {
		Step string `json:"step"`
	}](w, r)
	if err != nil {
		return err
	}
	switch body.Step {
	case "propose":
		err = s.DB.ProposePair(r.Context(), who.Principal, household)
	case "confirm":
		err = s.DB.ConfirmPair(r.Context(), who.Principal, household)
	case "end":
		err = s.DB.EndPair(r.Context(), who.Principal, household)
	default:
		return invalid("step", "The step is propose, confirm or end.")
	}
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

type pairProposalBody struct {
	HouseholdID uuid.UUID `json:"household_id"`
	Address     string    `json:"address"`
	ProposedOn  string    `json:"proposed_on"`
	Own         bool      `json:"own"`
}

func (s *Server) listPairProposals(w http.ResponseWriter, r *http.Request, who access.Session) error {
	found, err := s.DB.PairProposals(r.Context(), who.Principal)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, whole(found, func(p register.PairProposal) pairProposalBody {
		return pairProposalBody{HouseholdID: p.Household, Address: p.Address.Line(), ProposedOn: date(p.ProposedOn), Own: p.Own}
	}))
}

// whole is a short list as one page.
func whole[T, U any](items []T, show func(T) U) page[U] {
	return listed(items, len(items), show, func(T) string { return "" })
}
