package inbox

import (
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
)

// Look is what a file looks like, before anything of it is read.
type Look struct {
	// Columns are the names of all columns, for whoever says what they are; one that could
	// be about a person, as the first row of a table without a header, is "".
	Columns []string
	// Guess has for names of columns, in small letters, the column of the closed list that
	// each is likely to be.
	Guess map[string]string
	// Encoding and System are those of [Left].
	Encoding string
	System   string
	// Shapes says that places have points of their own and need no lon and lat.
	Shapes bool
}

// looksAt is how much of a text, in bytes, and how many features are looked at.
const (
	looksAt       = 4 << 20
	looksFeatures = 200
)

// Kind is what a file holds.
type Kind struct {
	columns []column
	// called are names by which columns are guessed, beside their own.
	called map[string]string
	// named are the columns whose words may mean something else.
	named []string
}

// Kinds of files that are looked at.
var (
	OfHouseholds = Kind{columns: householdColumns, called: called}
	OfLedger     = Kind{columns: ledgerColumns, named: ledgerNamed}
	OfIncidents  = Kind{columns: incidentColumns, named: []string{"matter", "state"}, called: map[string]string{
		"id": called["id"] + " " + number, "lon": called["lon"], "lat": called["lat"], "matter": "subject type category issue kind 类别 类型 事项类别 事项名称 事件类型",
		"reported_on": "date reported received opened receivedon openedon reportedat created 日期 受理日期 登记日期 上报时间 发现时间 立案日期",
		"state":       "status stage 办理状态 处理状态 进度", "closed_on": "closed closedat dateclosed settled completed done 办结时间 结案日期 完成日期 处理时间"}}
	OfAreas = Kind{columns: areaColumns, called: map[string]string{
		"id": "uid gid osmid key code ref fid areaid gridid 代码 区划代码 网格编号 网格编码 行政区划代码", "parent": "parentid parentcode above within 上级编号 上级代码 所属 所属村 所属乡镇",
		"level": "adminlevel kind type 层级 类别 等级", "name": "areaname gridname title nameen 名字 网格名称 区域名称", "name_zh": "namezh chinesename 中文名", "wkt": "geometry geom outline shape 边界 范围 几何"}}
)

// number are names of the number that something has in a ledger, for guesses.
const number = "no nr case caseno casenumber reference number 序号 案号 受理编号 台账编号 事件编号 登记编号"

// Columns of the closed list, in English.
func (k Kind) Columns() []string {
	var names []string
	for _, c := range k.columns {
		names = append(names, c.english)
	}
	return names
}

// Named are those of them whose words may mean something else.
func (k Kind) Named() []string { return slices.Clone(k.named) }

// Look tells what a file of the kind looks like. The error is a [register.RefusedError]
// when it cannot be read.
func (k Kind) Look(in gis.Input) (Look, error) {
	of := map[string]string{}
	for english, all := range k.called {
		for name := range strings.FieldsSeq(all) {
			of[name] = english
		}
	}
	for name, english := range names(k.columns) {
		of[squeezed(name)] = english
	}
	return lookAt(in, of)
}

// lookAt knows columns by their squeezed names.
func lookAt(in gis.Input, of map[string]string) (Look, error) {
	looks, err := gis.Sniff(in)
	if err != nil {
		return Look{}, err
	}
	var look Look
	var columns []string
	switch looks {
	case gis.LooksFeatures:
		columns, look.System, err = lookAtFeatures(in)
		look.Shapes = true
	case gis.LooksRecords:
		columns, err = look.records(in)
	default:
		columns, err = look.table(in)
	}
	if err != nil {
		return Look{}, fatal(err)
	}
	look.Guess = guess(columns, of, look.Shapes)
	for _, name := range columns {
		look.Columns = append(look.Columns, tellable(name))
	}
	return look, nil
}

var errEnough = errors.New("inbox: enough")

func lookAtFeatures(in gis.Input) (columns []string, system string, err error) {
	seen := others{}
	n := 0
	err = gis.EachPoint(in, map[string]string{}, func(named string) error { system = named; return nil }, func(p *gis.Point, _ *gis.RowError) error {
		for _, name := range p.Others() {
			seen.add(name)
		}
		if n++; n == looksFeatures {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	for name := range seen {
		columns = append(columns, name)
	}
	slices.Sort(columns)
	return columns, system, err
}

func (l *Look) records(in gis.Input) ([]string, error) {
	r, err := gis.Open(in, gis.Wanted{Names: map[string]string{}})
	if err != nil {
		return nil, err
	}
	defer r.Close()
	l.System, l.Shapes = r.System, !r.Plain
	for range looksFeatures {
		_, err := r.Next()
		if err == io.EOF {
			break
		}
		if gis.Ends(err) != nil {
			return nil, err
		}
	}
	return r.Columns(), nil
}

func (l *Look) table(in gis.Input) ([]string, error) {
	size, err := in.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	text, encoding, err := gis.TextOf(io.NewSectionReader(in, 0, min(size, looksAt)))
	if err != nil {
		return nil, err
	}
	if encoding != "UTF-8" {
		l.Encoding = encoding
	}
	return gis.Header(text)
}

// tellable is the name of a column, or "" for what is likely none.
func tellable(name string) string {
	name = strings.TrimSpace(name)
	switch {
	case len(name) > 60, numberLike.MatchString(name), register.CheckPart("street", name) != nil:
		return ""
	}
	return name
}

var numberLike = regexp.MustCompile(`[0-9][0-9 .-]{4,}`)

// called are names that others give to columns of the closed list, in small letters and
// without what is neither letter nor digit.
var called = map[string]string{
	"id":           "id uid gid osmid addressid buildingid uprn egid key code ref idn 编号 地址编号 门牌编号 建筑编号",
	"lon":          "lon lng long longitude x easting east xcoord coordx rechtswert 经度 x坐标 东经",
	"lat":          "lat latitude y northing north ycoord coordy hochwert 纬度 y坐标 北纬",
	"address":      "address fulladdress addr addressline address1 adresse anschrift adreça direccion dirección indirizzo 地址 详细地址 住址",
	"street":       "street streetname road addrstreet strasse straße strassenname carrer calle rue voie via straat 街道 路名 道路 街路巷 街",
	"house_number": "housenumber houseno number no num nr hausnummer hnr addrhousenumber numero número civico 门牌号 门牌 号",
	"unit":         "unit flat apartment apt addrunit door puerta porta top wohnung 单元 室 房号",
	"postcode":     "postcode postalcode zip zipcode plz addrpostcode codepostal cp 邮编 邮政编码",
	"place":        "place town city village municipality addrcity ort gemeinde poblacio población ville commune comune 地名 城市 乡镇 村",
	"doors":        "doors dwellings flats households letterboxes wohnungen viviendas logements 户数 住户数",
	"window_start": "windowstart opens from opensat 开始时间",
	"window_end":   "windowend closes until to closesat 结束时间",
}

// guess tells columns apart by their names; the first of two that could be one is it.
func guess(columns []string, of map[string]string, shapes bool) map[string]string {
	found, taken := map[string]string{}, map[string]bool{}
	for _, name := range columns {
		english := of[squeezed(name)]
		if english == "" || taken[english] || shapes && slices.Contains(inShape, english) {
			continue
		}
		found[strings.ToLower(strings.TrimSpace(name))], taken[english] = english, true
	}
	return found
}

func squeezed(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}
