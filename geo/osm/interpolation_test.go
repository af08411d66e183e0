package osm

import (
	"os"
	"path/filepath"
	"testing"
)

func TestStreets_HouseNumbersBetweenTwo(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "numbers.osm")
	text := `<osm version="0.6">
 <node id="1" lon="0" lat="0"><tag k="addr:housenumber" v="1"/><tag k="addr:street" v="High Street"/></node>
 <node id="2" lon="0.001" lat="0"/>
 <node id="3" lon="0.002" lat="0"><tag k="addr:housenumber" v="11"/><tag k="addr:street" v="High Street"/></node>
 <node id="4" lon="0.003" lat="0"><tag k="addr:housenumber" v="15"/><tag k="addr:street" v="High Street"/></node>
 <way id="5"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><tag k="addr:interpolation" v="odd"/></way>
 <way id="6"><nd ref="1"/><nd ref="99"/><nd ref="3"/><tag k="addr:interpolation" v="all"/></way>
 <way id="7"><nd ref="1"/><nd ref="3"/><tag k="addr:interpolation" v="alphabetic"/></way>
</osm>`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	extract, err := Read(t.Context(), path, Options{Streets: true})
	if err != nil {
		t.Fatal(err)
	}
	found := extract.Streets.Interpolations
	if len(found) != 2 || found[0].First != 1 || found[0].Last != 11 || found[0].Step != 2 || len(found[0].Line) != 3 || found[1].Last != 15 || found[1].Street != "High Street" {
		t.Errorf("%+v, want 1 to 11 and 11 to 15", found)
	}
}
