// Package agreement sets what the parties of a dispute agreed on paper: a copy for each of
// them, with their signatures. The copies are theirs; Rounds keeps the agreement no longer
// than 90 days after the dispute is closed.
package agreement

import (
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/casework"
	"github.com/rounds-project/rounds/web/app/i18n"
	"github.com/rounds-project/rounds/web/print"
)

// Paper is what is set.
type Paper struct {
	Mediation casework.Mediation
	Number    casework.Number
	// Language is en or zh-Hans. The terms are in the language in which they were written.
	Language string
	Made     time.Time
}

// signatureHeight in millimetres.
const signatureHeight = 22

// Write sets the copies in PDF. The error may be [print.ErrNoFont].
func (p Paper) Write(to io.Writer) error {
	t := i18n.Words(p.Language)
	title := t("agreement_title", "number", p.Number)
	page := print.New(print.Options{Title: title, Language: p.Language, Made: p.Made, Foot: t("agreement_foot", "number", p.Number)})
	for i, party := range p.Mediation.Parties {
		if i > 0 {
			page.NewPage()
		}
		p.set(page, title, t("agreement_copy", "name", party.Name))
	}
	if len(p.Mediation.Parties) == 0 {
		p.set(page, title, "")
	}
	return page.Write(to)
}

func (p Paper) set(page *print.Document, title, whose string) {
	t, a := i18n.Words(p.Language), p.Mediation.Agreement
	page.Heading(title)
	page.Paragraph(whose)
	names := map[uuid.UUID]string{}
	for _, party := range p.Mediation.Parties {
		names[party.ID] = party.Name
		page.Paragraph(party.Name + " · " + p.word("party_sides", party.Side))
	}
	page.Space(2)
	page.Paragraph(t("agreement_on", "date", a.AgreedOn.Format(time.DateOnly)))
	for i, term := range a.Terms {
		page.Paragraph(fmt.Sprintf("%d. %s", i+1, term))
	}
	page.Space(4)
	for _, s := range a.Signatures {
		name := t("agreement_mediator")
		if s.Party != nil {
			name = names[*s.Party]
		}
		lines := make([][][2]int, len(s.Strokes))
		for i, stroke := range s.Strokes {
			lines[i] = stroke
		}
		page.Signature(name+" · "+s.SignedOn.Format(time.DateOnly), lines, [2]int{casework.FieldWidth, casework.FieldHeight}, signatureHeight)
	}
}

// word is an entry of a closed list in the language of the paper.
func (p Paper) word(list, code string) string {
	term, _ := geo.ClosedLists().Find(list, code)
	if p.Language == "zh-Hans" {
		return term.Chinese
	}
	return term.English
}
