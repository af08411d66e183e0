package clustertest

import (
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestDatabase_GivesEachTestItsOwn(t *testing.T) {
	for _, name := range []string{"one", "two"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			owner, app := Database(t)
			conn, err := pgx.Connect(t.Context(), owner)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close(t.Context())
			if _, err := conn.Exec(t.Context(), "CREATE TABLE rounds.mine ()"); err != nil {
				t.Errorf("the owner makes a table that only this database has: %v", err)
			}
			mine, err := pgx.Connect(t.Context(), app)
			if err != nil {
				t.Fatal(err)
			}
			defer mine.Close(t.Context())
			if _, err := mine.Exec(t.Context(), "CREATE TABLE rounds.theirs ()"); err == nil {
				t.Error("the application's login makes a table")
			}
		})
	}
}
