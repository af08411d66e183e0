// Code generated from OpenAPI by TestTypes_AreThoseOfTheDescription. DO NOT EDIT.

package client

import "encoding/json"

// CaseChange is an answer of the server.
type CaseChange struct {
	Number string `json:"number"`
	// The unit has it no more; then nothing else is told.
	Gone   bool   `json:"gone"`
	Matter string `json:"matter,omitempty"`
	Stage  string `json:"stage,omitempty"`
	// Such as 2027-03-01.
	DueOn string `json:"due_on,omitempty"`
}

// CasePage is an answer of the server.
type CasePage struct {
	Feed    string       `json:"feed"`
	Unit    string       `json:"unit"`
	Anew    bool         `json:"anew"`
	Changes []CaseChange `json:"changes"`
	// For since. A webhook has none.
	Next string `json:"next,omitempty"`
	// There is more already.
	More bool `json:"more"`
}

// RouteChange is an answer of the server.
type RouteChange struct {
	// A pseudonym of the day.
	ID string `json:"id"`
	// The worker's code in the round.
	Code string `json:"code"`
	// Such as 2027-03-01.
	Date      string `json:"date"`
	Leave     string `json:"leave"`
	Back      string `json:"back"`
	Stops     int    `json:"stops"`
	TravelS   int    `json:"travel_s"`
	ServiceS  int    `json:"service_s"`
	WaitS     int    `json:"wait_s"`
	DistanceM int    `json:"distance_m"`
}

// RoutePage is an answer of the server.
type RoutePage struct {
	Feed string `json:"feed"`
	// The routes that were told before are to be forgotten.
	Anew    bool          `json:"anew"`
	Changes []RouteChange `json:"changes"`
	// For since. A webhook has none.
	Next string `json:"next,omitempty"`
	More bool   `json:"more"`
}

// Link is an answer of the server.
type Link struct {
	Href  string `json:"href"`
	Rel   string `json:"rel"`
	Title string `json:"title,omitempty"`
	Type  string `json:"type,omitempty"`
}

// Feature is an answer of the server.
type Feature struct {
	Geometry   json.RawMessage `json:"geometry"`
	ID         string          `json:"id"`
	Links      []Link          `json:"links,omitempty"`
	Properties map[string]any  `json:"properties"`
	Type       string          `json:"type"`
}

// FeatureCollection is an answer of the server.
type FeatureCollection struct {
	Features       []Feature `json:"features"`
	Links          []Link    `json:"links"`
	NumberMatched  *int      `json:"numberMatched,omitempty"`
	NumberReturned int       `json:"numberReturned"`
	// RFC 3339.
	TimeStamp string `json:"timeStamp"`
	Type      string `json:"type"`
}

// Problem: RFC 9457.
type Problem struct {
	// urn:rounds:problem:CODE; CODE is of a closed list, for translations.
	Type string `json:"type"`
	// The status in words.
	Title  string `json:"title"`
	Status int    `json:"status"`
	// One sentence: what is wrong and what to do.
	Detail string `json:"detail"`
	// The field of the request that is wrong.
	Field string `json:"field,omitempty"`
	// The next day on which the worker has a route (GET /api/v1/day only). Such as 2027-03-01.
	NextDate string `json:"next_date,omitempty"`
	// Seconds to wait before the next attempt (429 and 503).
	RetryAfterS *int `json:"retry_after_s,omitempty"`
	// The code of a worker without a grant (POST /api/v1/plans/{id}/publish only).
	Whose string `json:"whose,omitempty"`
	// The name of the grid with doors to which the plan leads that worker.
	Where string `json:"where,omitempty"`
}
