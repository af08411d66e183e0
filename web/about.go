package web

import (
	"net/http"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/migrations"
	"github.com/rounds-project/rounds/web/access"
)

type aboutBody struct {
	Purposes []string         `json:"purposes"`
	Rounds   []aboutRoundBody `json:"rounds"`
	Roles    []aboutRoleBody  `json:"roles"`
	// Installer are grants that one person gave alone.
	Installer []aboutGrantBody `json:"installer_grants"`
	// Receivers may have what leaves by itself; Disclosures are those of two years.
	Receivers   []aboutReceiverBody   `json:"receivers"`
	Disclosures []aboutDisclosureBody `json:"disclosures"`
	// Schema is the SHA-256 of the schema's files.
	Schema string `json:"schema_sha256"`
	// Contact is where to see, withdraw, refuse and complain; null when nobody has
	// configured it.
	Contact *string `json:"contact"`
	// Provider is where people who work here may sign in, which learns who does; null when
	// there is none.
	Provider *string `json:"identity_provider"`
}

type aboutRoundBody struct {
	Area        string  `json:"area"`
	AreaZH      *string `json:"area_zh"`
	Purpose     string  `json:"purpose"`
	Emergency   *string `json:"emergency"`
	AnnouncedOn string  `json:"announced_on"`
	StartsOn    string  `json:"starts_on"`
	EndsOn      string  `json:"ends_on"`
}

type aboutRoleBody struct {
	Role     string `json:"role"`
	Accounts int    `json:"accounts"`
}

type aboutGrantBody struct {
	Role     string   `json:"role"`
	Area     *string  `json:"area"`
	AreaZH   *string  `json:"area_zh"`
	Purposes []string `json:"purposes"`
	Accounts int      `json:"accounts"`
	Since    string   `json:"since"`
	Until    string   `json:"until"`
}

type aboutReceiverBody struct {
	Kind      string  `json:"kind"`
	Host      string  `json:"host"`
	Purpose   string  `json:"purpose"`
	Area      string  `json:"area"`
	AreaZH    *string `json:"area_zh"`
	DailyRows int     `json:"daily_rows"`
	Since     string  `json:"since"`
	Until     string  `json:"until"`
}

type aboutDisclosureBody struct {
	Month     string `json:"month"`
	Recipient string `json:"recipient"`
	Basis     string `json:"basis"`
	Content   string `json:"content"`
	// Places is null for fewer than ten.
	Places *int `json:"places"`
}

// showAbout tells everybody what this installation does (docs/privacy.md).
func (s *Server) showAbout(w http.ResponseWriter, r *http.Request, _ access.Session) error {
	facts, err := s.DB.Public(r.Context(), s.today())
	if err != nil {
		return err
	}
	schema, err := migrations.Digest()
	if err != nil {
		return err
	}
	body := aboutBody{
		Purposes: geo.ClosedLists().Codes("purposes"), Rounds: []aboutRoundBody{}, Roles: []aboutRoleBody{}, Installer: []aboutGrantBody{},
		Receivers: []aboutReceiverBody{}, Disclosures: []aboutDisclosureBody{}, Schema: schema, Contact: orNull(s.Contact), Provider: orNull(s.Gate.ProviderName()),
	}
	for _, round := range facts.Rounds {
		body.Rounds = append(body.Rounds, aboutRoundBody{
			Area: round.Area, AreaZH: orNull(round.AreaZH), Purpose: round.Purpose, Emergency: orNull(round.Emergency),
			AnnouncedOn: date(round.AnnouncedOn), StartsOn: date(round.StartsOn), EndsOn: date(round.EndsOn),
		})
	}
	for _, role := range facts.Roles {
		body.Roles = append(body.Roles, aboutRoleBody(role))
	}
	for _, grant := range facts.Installer {
		body.Installer = append(body.Installer, aboutGrantBody{
			Role: grant.Role, Area: orNull(grant.Area), AreaZH: orNull(grant.AreaZH), Purposes: grant.Purposes, Accounts: grant.Accounts,
			Since: date(grant.Since), Until: date(grant.Until),
		})
	}
	for _, one := range facts.Receivers {
		body.Receivers = append(body.Receivers, aboutReceiverBody{
			Kind: one.Kind, Host: one.Host, Purpose: one.Purpose, Area: one.Area, AreaZH: orNull(one.AreaZH), DailyRows: one.DailyRows,
			Since: date(one.Since), Until: date(one.Until),
		})
	}
	for _, one := range facts.Disclosures {
		shown := aboutDisclosureBody{Month: one.Month.Format("2006-01"), Recipient: one.Recipient, Basis: one.Basis, Content: one.Content}
		if one.Places > 0 {
			shown.Places = &one.Places
		}
		body.Disclosures = append(body.Disclosures, shown)
	}
	return answer(w, http.StatusOK, body)
}
