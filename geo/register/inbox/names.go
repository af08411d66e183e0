package inbox

import "strings"

// column is a column, or a property, that an import reads, by its names in English
// and Chinese. docs/dictionary/imports.csv says where each goes.
type column struct {
	english, chinese string
	// also are names by which it is guessed, in small letters.
	also []string
}

var (
	refusalColumns = []column{{english: "address", chinese: "地址"}, {english: "street", chinese: "街道"}, {english: "house_number", chinese: "门牌号"}, {english: "unit", chinese: "单元"},
		{english: "postcode", chinese: "邮编"}, {english: "place", chinese: "地名"}}
	householdColumns = append([]column{{english: "id", chinese: "编号"}, {english: "lon", chinese: "经度"}, {english: "lat", chinese: "纬度"}, {english: "doors", chinese: "户数"},
		{english: "window_start", chinese: "开始时间"}, {english: "window_end", chinese: "结束时间"}}, refusalColumns...)
	areaColumns = []column{{english: "id", chinese: "编号"}, {english: "parent", chinese: "上级"}, {english: "level", chinese: "级别"}, {english: "name", chinese: "名称"}, {english: "name_zh", chinese: "中文名称"},
		{english: "wkt", chinese: "轮廓"}}
	incidentColumns = []column{{english: "id", chinese: "编号"}, {english: "lon", chinese: "经度"}, {english: "lat", chinese: "纬度"}, {english: "matter", chinese: "事项"}, {english: "reported_on", chinese: "上报日期"},
		{english: "state", chinese: "状态"}, {english: "closed_on", chinese: "办结日期"}}
)

// names has the English name for each of the names.
func names(columns []column) map[string]string {
	all := map[string]string{}
	for _, c := range columns {
		for _, name := range append([]string{c.english, c.chinese}, c.also...) {
			all[name] = c.english
		}
	}
	return all
}

// without leaves columns out: a GeoJSON feature has its geometry in place of them.
func without(columns []column, english string) (rest []column) {
	for _, c := range columns {
		if !strings.Contains(" "+english+" ", " "+c.english+" ") {
			rest = append(rest, c)
		}
	}
	return rest
}
