package router

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/planner/network"
)

// exchange is a question to a server and its answer. Those of testdata were recorded
// from osrm-routed 26.10.0 (foot.lua) and valhalla_service 3.9.1, both on streets of
// Lauf an der Pegnitz, (c) OpenStreetMap contributors, ODbL; `make bench-network` asks
// such servers again, live.
type exchange struct {
	Method, URI string
	Body        any
	Status      int
	Answer      json.RawMessage
}

// recorded is a server that knows the recorded answers and nothing else.
func recorded(t *testing.T, kind string) *Router {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", kind+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var known []exchange
	if err := json.Unmarshal(text, &known); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body any
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil && err != io.EOF {
			t.Errorf("a question that is no JSON: %v", err)
		}
		for _, x := range known {
			if x.Method == r.Method && x.URI == r.RequestURI && reflect.DeepEqual(x.Body, body) {
				w.WriteHeader(x.Status)
				_, _ = w.Write(x.Answer)
				return
			}
		}
		t.Errorf("nobody has asked %s %s %v before", r.Method, r.RequestURI, body)
		w.WriteHeader(http.StatusNotFound)
	}))
	t.Cleanup(server.Close)
	r, err := Parse(kind+"="+server.URL, network.Foot)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

var (
	here  = orb.Point{11.28, 49.51}
	there = orb.Point{11.289, 49.512}
	near  = orb.Point{11.2805, 49.5105}
	far   = orb.Point{11.35, 50.2} // beyond the extract
)

func TestMatrix_CountsTheStretchesToTheDoors(t *testing.T) {
	t.Parallel()
	// The servers' own figures: 745.2 s and 957 m, 700 s and 991 m.
	for kind, want := range map[string][2][]int32{
		"osrm":     {{0, 792, 86, 792, 0, 745, 86, 745, 0}, {0, 995, 110, 995, 0, 937, 110, 937, 0}},
		"valhalla": {{0, 735, 82, 735, 0, 692, 82, 692, 0}, {0, 1026, 107, 1026, 0, 970, 107, 970, 0}},
	} {
		points := []orb.Point{here, there, near}
		seconds, metres, err := recorded(t, kind).Matrix(t.Context(), points, points)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(seconds, want[0]) || !reflect.DeepEqual(metres, want[1]) {
			t.Errorf("%s: %v s, %v m; want %v", kind, seconds, metres, want)
		}
	}
}

func TestMatrix_APointThatLiesNowhere(t *testing.T) {
	t.Parallel()
	const none = network.Unreachable
	for _, kind := range []string{"osrm", "valhalla"} {
		points := []orb.Point{here, there, far}
		seconds, _, err := recorded(t, kind).Matrix(t.Context(), points, points)
		if err != nil {
			t.Fatal(err)
		}
		for k, reached := range []bool{true, true, false, true, true, false, false, false, true} {
			if (seconds[k] != none) != reached {
				t.Errorf("%s: entry %d is %d", kind, k, seconds[k])
			}
		}
	}
}

func TestWalk_LeadsFromDoorToDoor(t *testing.T) {
	t.Parallel()
	for kind, seconds := range map[string]int{"osrm": 792, "valhalla": 735} {
		w, err := recorded(t, kind).Walk(t.Context(), here, there)
		if err != nil {
			t.Fatal(err)
		}
		if w.Seconds != seconds || w.Line[0] != here || w.Line[len(w.Line)-1] != there {
			t.Errorf("%s: %d s over %v", kind, w.Seconds, w.Line)
		}
		if length := geo.Length(w.Line); length < 0.98*float64(w.Metres) || length > 1.02*float64(w.Metres) {
			t.Errorf("%s: the line is %.0f m, it says %d", kind, length, w.Metres)
		}
		metres, told := 0, 0
		var words []string
		for _, s := range w.Steps {
			metres, told = metres+s.Metres, told+s.Seconds
			words = append(words, s.Text.EN, s.Text.ZH)
		}
		if metres != w.Metres || told != w.Seconds {
			t.Errorf("%s: the steps are %d m, %d s; the walk %d m, %d s", kind, metres, told, w.Metres, w.Seconds)
		}
		text := strings.Join(words, "\n")
		for _, want := range []string{"Start off the road, ", "右转，进入Johannisstraße", "Right into Johannisstraße", "Arrive: the door is on the left"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is missing in\n%s", kind, want, text)
			}
		}
	}
}

func TestWalk_ToTheSameDoor(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"osrm", "valhalla"} {
		r := recorded(t, kind)
		// Both meet the street at one place; the walk leads over it all the same.
		w, err := r.Walk(t.Context(), here, orb.Point{11.2801, 49.5101})
		if err != nil || w.Seconds == 0 || len(w.Line) < 3 {
			t.Errorf("%s: %+v, %v", kind, w, err)
		}
	}
}

func TestParse_SaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for _, spec := range []string{"", "osrm", "osrm=", "osrm=127.0.0.1:5000", "graphhopper=http://127.0.0.1", "osrm=ftp://x", "osrm=http://x/?a=b"} {
		if _, err := Parse(spec, network.Foot); err == nil {
			t.Errorf("%q was taken", spec)
		}
	}
}

func TestRouter_SaysWhatIsWrongAndNotWhere(t *testing.T) {
	t.Parallel()
	answers := map[string]string{
		"html":    "<html>",
		"refused": `{"code":"TooBig","message":"Too many table coordinates","error_code":150,"error":"Exceeded max locations"}`,
		"short":   `{"code":"Ok","durations":[[1]],"distances":[[1]],"sources":[],"destinations":[],"sources_to_targets":[]}`,
	}
	for name, body := range answers {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }))
		for _, kind := range []string{"osrm", "valhalla"} {
			r, err := Parse(kind+"="+server.URL, network.Foot)
			if err != nil {
				t.Fatal(err)
			}
			_, _, err = r.Matrix(t.Context(), []orb.Point{here}, []orb.Point{there, near})
			if err == nil || errors.Is(err, ErrNoWay) || strings.Contains(err.Error(), "11.28") {
				t.Errorf("%s, %s: %v", kind, name, err)
			}
		}
		server.Close()
	}
	r, err := Parse("osrm=http://127.0.0.1:1", network.Foot)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Walk(t.Context(), here, there); err == nil || strings.Contains(err.Error(), "11.28") {
		t.Errorf("nobody there: %v", err)
	}
}

func TestRouter_TellsNoPassword(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, password, _ := r.BasicAuth(); password != "s3cret" {
			t.Errorf("the server is asked with the password %q", password)
		}
		_, _ = io.WriteString(w, `{"code":"TooBig","error_code":150}`)
	}))
	defer server.Close()
	for _, address := range []string{strings.TrimPrefix(server.URL, "http://"), "127.0.0.1:1"} {
		for _, kind := range []string{"osrm", "valhalla"} {
			r, err := Parse(kind+"=http://ada:s3cret@"+address+"/", network.Foot)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := r.Walk(t.Context(), here, there); err == nil || strings.Contains(err.Error(), "s3cret") {
				t.Errorf("%s: %v", kind, err)
			}
		}
	}
	for _, spec := range []string{"osrm=ftp://ada:s3cret@x", "osrm=http://ada:s3cret@x/?a=b", "osrm=http://ada:s3cret@x:port", "graphhopper=http://ada:s3cret@x", "http://ada:s3cret@x"} {
		if _, err := Parse(spec, network.Foot); err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q: %v", spec, err)
		}
	}
}

func TestDecodePolyline(t *testing.T) {
	t.Parallel()
	// The example of the format's description, with six digits.
	want := orb.LineString{{-12.02, 3.85}, {-12.095, 4.07}}
	if got := decodePolyline("_p~iF~ps|U_ulLnnqC"); len(got) != len(want) {
		t.Errorf("%v", got)
	} else if got[0] != want[0] || got[1] != want[1] {
		t.Errorf("%v, want %v", got, want)
	}
	if decodePolyline("\x01") != nil {
		t.Error("bytes that are none of the format were read")
	}
}

func FuzzDecodePolyline(f *testing.F) {
	f.Add("_p~iF~ps|U_ulLnnqC")
	f.Add("??")
	f.Add("~~~~~~~~~~~~~~~~~~~~~~")
	f.Fuzz(func(t *testing.T, text string) {
		if line := decodePolyline(text); len(line) > len(text) {
			t.Errorf("%d points out of %d bytes", len(line), len(text))
		}
	})
}
