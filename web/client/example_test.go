package client_test

import (
	"context"
	"fmt"
	"log"
	"net/url"
	"os"

	"github.com/rounds-project/rounds/web/client"
)

// known is what a unit's own system has: its cases, and how far it has read.
type known struct {
	cases map[string]client.CaseChange
	since string
}

// follow brings it up to date. TestClient_FollowsCases runs these very lines.
func (k *known) follow(ctx context.Context, rounds *client.Client, unit string) error {
	for page, err := range rounds.Cases(ctx, unit, k.since) {
		if err != nil {
			return err
		}
		if page.Anew {
			clear(k.cases)
		}
		for _, c := range page.Changes {
			if k.cases[c.Number] = c; c.Gone {
				delete(k.cases, c.Number)
			}
		}
		k.since = page.Next // kept together with the cases
	}
	return nil
}

func ExampleClient_Cases() {
	rounds := &client.Client{Address: "https://rounds.example.org", Token: os.Getenv("ROUNDS_TOKEN")}
	ours := known{cases: map[string]client.CaseChange{}}
	if err := ours.follow(context.Background(), rounds, os.Getenv("ROUNDS_UNIT")); err != nil {
		log.Fatal(err)
	}
	for number, c := range ours.cases {
		fmt.Println(number, c.Matter, c.Stage, c.DueOn)
	}
}

func ExampleClient_Features() {
	rounds := &client.Client{Address: "https://rounds.example.org", Token: os.Getenv("ROUNDS_TOKEN")}
	for f, err := range rounds.Features(context.Background(), "incidents", url.Values{"filter": {"state = 'open'"}}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(f.Properties["matter"], string(f.Geometry))
	}
}
