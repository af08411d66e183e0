package network

import (
	"slices"
	"testing"

	"github.com/paulmach/orb"
)

func TestDirections_StreetByStreet(t *testing.T) {
	t.Parallel()
	n := new(town).node('a', 0, 0).node('b', 100, 0).node('c', 100, 100).node('d', 100, 130).node('e', 200, 130).node('f', 100, -50).node('m', 130, 40).
		way("ab", "highway=residential name=Mayor name:zh=市长街").way("bc", "highway=residential name=Real").way("cd", "highway=steps incline=up").
		way("de", "highway=footway").way("bf", "highway=residential name=Real").build(t, Profile{})
	at := n.Snap([]orb.Point{place(20, 30), place(180, 125)})
	leg, _ := n.Path(at[0], at[1])
	want := []struct {
		turn, en, zh string
		metres       int
	}{
		{"depart", "Start off the road, 30 m", "出发，走无路地段，30米", 30},
		{"left", "Left into Mayor, 80 m", "左转，进入市长街，80米", 80},
		{"left", "Left into Real, 100 m", "左转，进入Real，100米", 100},
		{"straight", "Straight on up the stairs, 30 m", "直行，上台阶，30米", 30},
		{"right", "Right into the path, 85 m", "右转，进入小路，85米", 85},
		{"arrive", "Arrive: the door is on the right", "到达，门在右侧", 0},
	}
	steps := n.Directions(leg)
	if len(steps) != len(want) {
		t.Fatalf("steps %v, want %v", steps, want)
	}
	for i, s := range steps {
		if w := want[i]; s.Turn != w.turn || s.Text.EN != w.en || s.Text.ZH != w.zh || s.Metres != w.metres {
			t.Errorf("step %d: %+v, want %+v", i, s, w)
		}
	}
	slices.Reverse(at)
	leg, _ = n.Path(at[0], at[1])
	if down := n.Directions(leg)[1].Text.EN; down != "Left down the stairs, 30 m" {
		t.Errorf("back: %q", down)
	}
}

func TestDirections_ABendIsNoTurn(t *testing.T) {
	t.Parallel()
	n := new(town).node('a', 0, 0).node('b', 100, 0).node('c', 100, 100).
		way("ab", "highway=residential").way("bc", "highway=residential").build(t, Profile{})
	leg, _ := walk(n, 0, 0, 100, 100)
	if steps := n.Directions(leg); len(steps) != 2 || steps[0].Text.EN != "Start east along the street, 200 m" {
		t.Errorf("%+v", steps)
	}
}

func TestDirections_SameDoor(t *testing.T) {
	t.Parallel()
	n := new(town).node('a', 0, 0).node('b', 100, 0).way("ab", "highway=residential").build(t, Profile{})
	leg, _ := walk(n, 50, 30, 50, 30)
	if steps := n.Directions(leg); len(steps) != 1 || steps[0].Turn != "arrive" {
		t.Errorf("%+v", steps)
	}
}

func TestDirections_AddUpToTheLeg(t *testing.T) {
	t.Parallel()
	for _, mode := range modes {
		n, extract := andorraNetwork(t, Profile{Mode: mode, Ferries: true})
		doors := scatter(n, extract, 60, 6)
		for _, from := range doors {
			for _, to := range doors {
				leg, ok := n.Path(from, to)
				if !ok {
					continue
				}
				metres, seconds := 0, 0
				steps := n.Directions(leg)
				for _, s := range steps {
					metres, seconds = metres+s.Metres, seconds+s.Seconds
					if s.Text.EN == "" || s.Text.ZH == "" || s.Turn == "" || s.Kind == "" {
						t.Fatalf("a step without words: %+v", s)
					}
				}
				if metres != leg.Metres || seconds != leg.Seconds {
					t.Fatalf("%s: the steps are %d m, %d s, the leg %d m, %d s: %+v", mode, metres, seconds, leg.Metres, leg.Seconds, steps)
				}
				if last := steps[len(steps)-1]; last.Turn != "arrive" {
					t.Fatalf("the last step is %+v", last)
				}
			}
		}
	}
}
