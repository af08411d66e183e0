package client

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// Client asks one server. It is safe for concurrent use.
type Client struct {
	// Address is the server's, such as https://rounds.example.org.
	Address string
	// Token is what a supervisor or analyst made under "Connect a GIS".
	Token string
	// HTTP asks; nil is [http.DefaultClient].
	HTTP *http.Client
}

// Error makes an error of what the server said is wrong; Type tells which.
func (p *Problem) Error() string { return fmt.Sprintf("rounds: %d: %s", p.Status, p.Detail) }

// get reads the answer of an address of the server into a value. What the server refuses
// is a *[Problem].
func (c *Client) get(ctx context.Context, address string, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return fmt.Errorf("client: %w", err)
	}
	request.Header.Set("Authorization", "Bearer "+c.Token)
	request.Header.Set("Accept", "application/geo+json, application/json")
	asker := c.HTTP
	if asker == nil {
		asker = http.DefaultClient
	}
	answer, err := asker.Do(request)
	if err != nil {
		return fmt.Errorf("client: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		problem := &Problem{Status: answer.StatusCode, Title: answer.Status, Detail: answer.Status}
		_ = json.NewDecoder(answer.Body).Decode(problem) // a proxy in between says it in its own way
		return problem
	}
	if err := json.NewDecoder(answer.Body).Decode(into); err != nil {
		return fmt.Errorf("client: the answer of %s: %w", request.URL.Path, err)
	}
	return nil
}

// at is an address of the server.
func (c *Client) at(path string, query url.Values) string {
	address := strings.TrimSuffix(c.Address, "/") + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	return address
}
