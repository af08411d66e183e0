package ogc

import (
	"net/http"
	"strings"
)

// words are what people read, in one language.
type words struct {
	language, title, description, api, apiHTML, conformance, thisHTML string

	ThisJSON, Collections, Items, Queryables, Next, Matched, Of, NoFeatures, Home, Trail string
	Property, Value, Kind, Systems, OwnToken                                             string

	// layers have a title and a description.
	layers map[string][2]string
}

// wordsFor takes Chinese where Accept-Language likes it better than English.
func wordsFor(r *http.Request) words {
	for _, one := range strings.Split(r.Header.Get("Accept-Language"), ",") {
		switch tag := strings.ToLower(strings.TrimSpace(one)); {
		case strings.HasPrefix(tag, "zh"):
			return chinese
		case strings.HasPrefix(tag, "en"):
			return english
		}
	}
	return english
}

var english = words{
	language: "en", title: "Rounds", description: "What leaves this installation for GIS: layers of a closed list, to who has a token or is signed in.",
	ThisJSON: "This as JSON", thisHTML: "This as a page", api: "How to ask (OpenAPI)", apiHTML: "How to ask", conformance: "Standards that are kept",
	Collections: "Layers", Items: "Features", Queryables: "What can be asked for", Next: "Next page",
	Matched: "features", Of: "of", NoFeatures: "There are no features.", Home: "Start", Trail: "Where this is", Property: "Property", Value: "Value",
	Kind: "Kind", Systems: "Coordinate systems", OwnToken: "A program reads by a token: any user name, the token as password. Who is signed in looks at these pages as they are.",
	layers: map[string][2]string{
		"areas":      {"Areas", "Areas within what was granted, down to grids"},
		"households": {"Households", "Places to visit: address, doors, point; never persons"},
		"routes":     {"Routes", "Walks of the published plan of the newest open round"},
		"stops":      {"Stops", "Households on these walks, with planned times"},
		"incidents":  {"Hazards and service requests", "Matters at places, without text"},
		"basemap":    {"Base map", "Streets, buildings, water and green from OpenStreetMap"},
		"cells":      {"Work", "Work of the newest open round: cells of the own grid, groups of at least 20 dwellings elsewhere"},
		"releases":   {"Published statistics", "Values of the newest releases, by bins of a frozen partition"},
	},
}

var chinese = words{ // #nosec G101 -- words about tokens, none of them one
	language: "zh-Hans", title: "Rounds", description: "本系统提供给 GIS 的数据：限定清单中的图层，凭令牌或登录后读取。",
	ThisJSON: "JSON 格式", thisHTML: "网页格式", api: "接口说明（OpenAPI）", apiHTML: "接口说明", conformance: "遵循的标准",
	Collections: "图层", Items: "要素", Queryables: "可查询的字段", Next: "下一页",
	Matched: "个要素", Of: "/", NoFeatures: "没有要素。", Home: "首页", Trail: "当前位置", Property: "字段", Value: "值",
	Kind: "类型", Systems: "坐标系", OwnToken: "程序凭令牌读取：用户名任意，令牌作密码。已登录者可直接浏览这些页面。",
	layers: map[string][2]string{
		"areas":      {"区域", "获授权范围内的各级区域，直到网格"},
		"households": {"住户", "走访的地点：地址、门数、位置；从不涉及个人"},
		"routes":     {"路线", "最近一轮走访已发布计划的路线"},
		"stops":      {"停靠点", "路线上的住户及计划时间"},
		"incidents":  {"隐患与服务请求", "地点上的事项，不含文字"},
		"basemap":    {"底图", "来自 OpenStreetMap 的街道、建筑、水域和绿地"},
		"cells":      {"工作量", "最近一轮走访的工作量：本网格为单元格，其余为至少 20 户的组"},
		"releases":   {"已发布的统计", "最新发布的数值，按固定分区"},
	},
}
