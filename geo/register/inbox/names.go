package inbox

import "strings"

// column is a column, or a property, that an import reads, by its names in English
// and Chinese. docs/dictionary/imports.csv says where each goes.
type column struct{ english, chinese string }

var (
	refusalColumns = []column{{"address", "地址"}, {"street", "街道"}, {"house_number", "门牌号"}, {"unit", "单元"},
		{"postcode", "邮编"}, {"place", "地名"}}
	householdColumns = append([]column{{"id", "编号"}, {"lon", "经度"}, {"lat", "纬度"}, {"doors", "户数"},
		{"window_start", "开始时间"}, {"window_end", "结束时间"}}, refusalColumns...)
	areaColumns = []column{{"id", "编号"}, {"parent", "上级"}, {"level", "级别"}, {"name", "名称"}, {"name_zh", "中文名称"},
		{"wkt", "轮廓"}}
	incidentColumns = []column{{"id", "编号"}, {"lon", "经度"}, {"lat", "纬度"}, {"matter", "事项"}, {"reported_on", "上报日期"},
		{"state", "状态"}, {"closed_on", "办结日期"}}
)

// names has the English name for each of the names.
func names(columns []column) map[string]string {
	all := map[string]string{}
	for _, c := range columns {
		all[c.english], all[c.chinese] = c.english, c.english
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
