package network

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
)

// offTrack is the kind of a stretch without a way.
const offTrack = crossing + 1

var kindNames = [...]string{road: "street", path: "path", steps: "steps", square: "square", ferry: "ferry", crossing: "crossing", offTrack: "off_road"}

// turn is what one does at the beginning of a move.
type turn uint8

const (
	departing turn = iota
	straight
	slightRight
	right
	sharpRight
	back
	sharpLeft
	left
	slightLeft
	arriving
	arrivingRight
	arrivingLeft
)

var turnNames = [...]string{
	departing: "depart", straight: "straight", slightRight: "slight_right", right: "right", sharpRight: "sharp_right", back: "back",
	sharpLeft: "sharp_left", left: "left", slightLeft: "slight_left", arriving: "arrive", arrivingRight: "arrive", arrivingLeft: "arrive",
}

// turnOf names an angle in degrees, right positive.
func turnOf(angle float64) turn {
	size := math.Abs(angle)
	sides := [2]turn{}
	switch {
	case size <= 20:
		return straight
	case size >= 165:
		return back
	case size <= 45:
		sides = [2]turn{slightRight, slightLeft}
	case size <= 135:
		sides = [2]turn{right, left}
	default:
		sides = [2]turn{sharpRight, sharpLeft}
	}
	if angle > 0 {
		return sides[0]
	}
	return sides[1]
}

// What one does, with a place for where it leads.
var turnWords = [...]Text{
	departing: {"Start %s", "出发，%s"}, straight: {"Straight on %s", "直行，%s"},
	slightRight: {"Bear right %s", "稍向右，%s"}, right: {"Right %s", "右转，%s"}, sharpRight: {"Sharp right %s", "向右后方转，%s"},
	slightLeft: {"Bear left %s", "稍向左，%s"}, left: {"Left %s", "左转，%s"}, sharpLeft: {"Sharp left %s", "向左后方转，%s"},
	back: {"Turn back %s", "掉头，%s"},
}

var arrivals = map[turn]Text{
	arriving:      {"Arrive at the door", "到达门口"},
	arrivingRight: {"Arrive: the door is on the right", "到达，门在右侧"},
	arrivingLeft:  {"Arrive: the door is on the left", "到达，门在左侧"},
}

// compass are the eight directions from north, clockwise.
var compass = [...]Text{
	{"north", "北"}, {"north-east", "东北"}, {"east", "东"}, {"south-east", "东南"},
	{"south", "南"}, {"south-west", "西南"}, {"west", "西"}, {"north-west", "西北"},
}

// Say is a step in words, for a walk that another router has found: what and turning are
// Kind and Turn of a [Step], or arrive_left and arrive_right; heading is the bearing at its
// beginning in degrees.
func Say(what, turning, name string, heading float64, metres, seconds int) Step {
	m := move{kind: road, turn: straight, name: streetName{local: name}, heading: heading, metres: metres, seconds: seconds}
	for k, known := range kindNames {
		if known == what {
			m.kind = kind(k)
		}
	}
	for t, known := range turnNames {
		if known == turning && t <= int(arriving) {
			m.turn = turn(t)
		}
	}
	switch turning {
	case "arrive_left":
		m.turn = arrivingLeft
	case "arrive_right":
		m.turn = arrivingRight
	}
	return m.step()
}

// step puts a move into words.
func (m *move) step() Step {
	s := Step{Kind: kindNames[m.kind], Turn: turnNames[m.turn], Name: m.name.local, Metres: m.metres, Seconds: m.seconds}
	if text, found := arrivals[m.turn]; found {
		s.Text = text
		return s
	}
	if m.kind == crossing {
		s.Text = Text{"Cross " + or(m.name.EN(), "the street"), "过" + or(m.name.ZH(), "马路")}
		s.Turn = turnNames[straight]
		return s
	}
	where := m.where()
	s.Text = Text{
		EN: fmt.Sprintf(turnWords[m.turn].EN+", %d m", where.EN, m.metres),
		ZH: fmt.Sprintf(turnWords[m.turn].ZH+"，%d米", where.ZH, m.metres),
	}
	return s
}

// where is the way that a move takes, in words that follow the turn.
func (m *move) where() Text {
	name := Text{m.name.EN(), m.name.ZH()}
	switch m.kind {
	case steps:
		return m.onSteps(name)
	case square:
		return Text{"across " + or(name.EN, "the square"), "穿过" + or(name.ZH, "广场")}
	case ferry:
		return Text{"by the ferry " + name.EN, "乘渡轮" + name.ZH}
	case offTrack:
		return Text{"off the road", "走无路地段"}
	}
	plain := Text{"the street", "街道"}
	if m.kind == path {
		plain = Text{"the path", "小路"}
	}
	name = Text{or(name.EN, plain.EN), or(name.ZH, plain.ZH)}
	switch m.turn {
	case departing:
		to := compass[int(math.Round(m.heading/45)+8)%8]
		return Text{to.EN + " along " + name.EN, "沿" + name.ZH + "向" + to.ZH}
	case straight:
		return Text{"along " + name.EN, "沿" + name.ZH}
	}
	return Text{"into " + name.EN, "进入" + name.ZH}
}

func (m *move) onSteps(name Text) Text {
	text := [...]Text{{"down the stairs", "下台阶"}, {"over the stairs", "走台阶"}, {"up the stairs", "上台阶"}}[m.slope+1]
	if name.EN != "" {
		text = Text{text.EN + " (" + name.EN + ")", text.ZH + "（" + name.ZH + "）"}
	}
	return text
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// bearing from a to b in degrees, 0 north and 90 east.
func bearing(a, b orb.Point) float64 {
	x := (b[0] - a[0]) * math.Cos((a[1]+b[1])/2*math.Pi/180)
	return math.Mod(math.Atan2(x, b[1]-a[1])*180/math.Pi+360, 360)
}

// ahead is the first point of a line at least some metres from its beginning, or
// its end.
func ahead(line orb.LineString) orb.Point {
	const metres = 12
	for _, p := range line[1:] {
		if geo.Metres(line[0], p) >= metres {
			return p
		}
	}
	return line[len(line)-1]
}
