package inbox

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
)

var ledgerColumns = []column{
	{english: "number", chinese: "编号", also: []string{"no", "no.", "nr", "case", "case no", "case no.", "case number", "case_number", "reference", "ref", "序号", "案号", "案件编号", "受理编号", "台账编号", "事件编号", "登记编号"}},
	{english: "matter", chinese: "事项", also: []string{"subject", "type", "category", "issue", "类别", "类型", "事项类别", "事项名称", "事件类型", "案件类型"}},
	{english: "unit", chinese: "单位", also: []string{"office", "department", "responsible", "responsible unit", "承办单位", "责任单位", "办理单位", "承办部门", "责任部门"}},
	{english: "area", chinese: "区域", also: []string{"village", "town", "district", "所属区域", "村", "村居", "社区", "村（社区）", "乡镇", "网格", "所属网格"}},
	{english: "reported_on", chinese: "上报日期", also: []string{"date", "reported", "received", "opened", "received on", "opened on", "date received", "date opened", "日期", "受理日期", "受理时间", "登记日期", "登记时间", "上报时间", "立案日期"}},
	{english: "due_on", chinese: "截止日期", also: []string{"due", "due on", "due date", "deadline", "办理期限", "期限", "限办日期", "截止时间", "应办结日期"}},
	{english: "closed_on", chinese: "办结日期", also: []string{"closed", "closed on", "date closed", "settled", "settled on", "completed", "办结时间", "结案日期", "结案时间", "完成日期", "化解日期"}},
	{english: "stage", chinese: "状态", also: []string{"state", "status", "办理状态", "阶段", "进度", "办理进度", "办理情况"}},
}

// Mapping says what columns and words of a file mean that are not guessed.
type Mapping struct {
	// Columns has the name in the file for a column; with Only no other is guessed.
	Columns map[string]string
	Only    bool
	// Words has, for the columns matter, unit, stage and area, what a word of the file
	// means: a code or a name that Rounds knows.
	Words map[string]map[string]string
}

// Set takes in "column=name in the file" or, with words, "column:word in the file=what
// it means".
func (m *Mapping) Set(text string, words bool) error {
	left, right, paired := strings.Cut(text, "=")
	field, word, has := strings.Cut(left, ":")
	field, word, right = strings.TrimSpace(field), strings.TrimSpace(word), strings.TrimSpace(right)
	known := slices.Clone(ledgerNamed)
	if !words {
		known = columnsOf(names(ledgerColumns))
	}
	switch {
	case !paired || right == "" || has != words || words && word == "":
		form := "column=name in the file, such as due_on=Deadline"
		if words {
			form = "column:word in the file=its meaning, such as matter:Pothole=road_damage"
		}
		return fmt.Errorf("inbox: want %s", form)
	case !slices.Contains(known, field):
		return fmt.Errorf("inbox: there is no column %s; there are %s", field, strings.Join(known, ", "))
	case !words:
		if m.Columns == nil {
			m.Columns = map[string]string{}
		}
		m.Columns[field] = right
	default:
		if m.Words == nil {
			m.Words = map[string]map[string]string{}
		}
		if m.Words[field] == nil {
			m.Words[field] = map[string]string{}
		}
		m.Words[field][strings.ToLower(word)] = right
	}
	return nil
}

// ledgerNamed are the columns whose words may mean something else.
var ledgerNamed = []string{"area", "matter", "stage", "unit"}

// names are those of the ledger's columns: a column that was mapped has no other.
func (m Mapping) names() map[string]string {
	all := names(ledgerColumns)
	maps.DeleteFunc(all, func(_, column string) bool { return m.Only || m.Columns[column] != "" })
	for column, name := range m.Columns {
		all[strings.ToLower(name)] = column
	}
	return all
}

// Ledger reads the cases of another ledger: a table with the columns number, matter,
// reported_on, area or unit or both, and any of due_on, closed_on and stage. left is
// complete when the rows have been read.
func Ledger(ctx context.Context, in gis.Input, mapping Mapping, left *Left) register.LedgerRows {
	return func(keep func(int64, register.LedgerCase, *register.Complaint) error) error {
		lists := geo.ClosedLists()
		each := func(number int64, row texter, wrong *register.Complaint) error {
			if wrong != nil {
				return keep(number, register.LedgerCase{}, wrong)
			}
			one, err := mapping.row(row, lists)
			wrong = complaint(err)
			if err != nil && wrong == nil {
				return err
			}
			return keep(number, one, wrong)
		}
		return rows{names: mapping.names(), required: []string{"number", "matter", "reported_on"}, left: left, each: each,
			wanted: "an old ledger is a CSV file or a workbook with number, matter, reported_on and area"}.read(ctx, in)
	}
}

// row reads a case; of one with an error the other columns are read too.
func (m Mapping) row(t texter, lists geo.Lists) (one register.LedgerCase, err error) {
	var reported, due, closed string
	err = texts(t, map[string]*string{"number": &one.Number, "matter": &one.Matter, "unit": &one.Unit, "area": &one.Area,
		"stage": &one.Stage, "reported_on": &reported, "due_on": &due, "closed_on": &closed})
	if err != nil {
		return one, err
	}
	for field, text := range map[string]*string{"matter": &one.Matter, "unit": &one.Unit, "area": &one.Area, "stage": &one.Stage} {
		if meaning := m.Words[field][strings.ToLower(*text)]; meaning != "" {
			*text = meaning
		}
	}
	one.Matter = code(lists, "kinds", code(lists, "matters", one.Matter))
	one.Stage = code(lists, "case_stages", one.Stage)
	for _, day := range []struct {
		field, text string
		to          *time.Time
	}{{"reported_on", reported, &one.ReportedOn}, {"due_on", due, &one.DueOn}, {"closed_on", closed, &one.ClosedOn}} {
		if day.text == "" {
			continue
		}
		read, ok := dayOf(day.text)
		if !ok && err == nil {
			err = t.Wrong(day.field, "is no date; want it like 2027-03-01")
		}
		*day.to = read
	}
	return one, err
}

// dayForm is a day with the year first, as spreadsheets of both languages write it, and
// perhaps a time of day, which is not kept. Of 01/03/2027 nobody knows which is the month.
var dayForm = regexp.MustCompile(`^([0-9]{4})(?:[-/.]|年)([0-9]{1,2})(?:[-/.]|月)([0-9]{1,2})日?(?:[ T]+[0-9]{1,2}:[0-9]{2}(?::[0-9.]+)?)?$`)

func dayOf(text string) (day time.Time, ok bool) {
	parts := dayForm.FindStringSubmatch(text)
	if parts == nil {
		return day, false
	}
	year, _ := strconv.Atoi(parts[1])
	month, _ := strconv.Atoi(parts[2])
	of, _ := strconv.Atoi(parts[3])
	day = time.Date(year, time.Month(month), of, 0, 0, 0, 0, time.UTC)
	if day.Month() != time.Month(month) || day.Day() != of {
		return time.Time{}, false
	}
	return day, true
}
