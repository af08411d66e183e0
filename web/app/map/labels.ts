// Names on the base map, in the reader's script and, smaller, in the other one.
import type { ExpressionSpecification, FilterSpecification, LayerSpecification, SymbolLayerSpecification } from "maplibre-gl";
import type { Language } from "../i18n/index.svelte";
import type { Ground } from "./palette";

const fonts = ["Map Regular", "Inter Variable", "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", "sans-serif"];
export const bold = ["Map Bold", ...fonts.slice(1)];

interface Names {
  first: ExpressionSpecification;
  second: ExpressionSpecification;
  /** There is a second name, and it is another. */
  both: ExpressionSpecification;
}

function names(language: Language): Names {
  const [own, other] = language === "zh-Hans" ? ["name_zh", "name"] : ["name", "name_zh"];
  const [first, second]: ExpressionSpecification[] = [["coalesce", ["get", own!], ["get", other!], ""], ["coalesce", ["get", other!], ""]];
  return { first: first!, second: second!, both: ["all", ["!=", second!, ""], ["!=", second!, first!]] };
}

/** The second name below the first. */
const twoLines = ({ first, second, both }: Names): ExpressionSpecification =>
  ["case", both, ["format", first, {}, "\n", {}, second, { "font-scale": 0.8 }], ["format", first, {}]];

/** Both along a line. */
const oneLine = ({ first, second, both }: Names): ExpressionSpecification => ["case", both, ["concat", first, "  ", second], first];

const kinds = (...list: string[]): FilterSpecification => ["in", ["get", "kind"], ["literal", list]];

const size = (from: number, small: number, to: number, large: number): ExpressionSpecification =>
  ["interpolate", ["linear"], ["zoom"], from, small, to, large];

export function labels(ground: Ground, language: Language): LayerSpecification[] {
  const known = names(language);
  const halo = { "text-halo-color": ground.halo, "text-halo-width": 1.5, "text-halo-blur": 0.3 };
  const along = { "symbol-placement": "line", "text-field": oneLine(known), "text-font": fonts, "text-max-angle": 30 } as const;
  const street = (id: string, minzoom: number, filter: FilterSpecification, layout: SymbolLayerSpecification["layout"], colour: string): LayerSpecification => ({
    id, type: "symbol", source: "basemap", "source-layer": "street", minzoom, filter, layout: { ...along, ...layout }, paint: { "text-color": colour, ...halo },
  });
  const place = (id: string, filter: FilterSpecification, zooms: { minzoom: number; maxzoom?: number }, layout: SymbolLayerSpecification["layout"], colour: string): LayerSpecification => ({
    id, type: "symbol", source: "basemap", "source-layer": "place", ...zooms, filter,
    layout: { "text-field": twoLines(known), "text-font": fonts, "text-max-width": 8, "text-padding": 4, ...layout },
    paint: { "text-color": colour, ...halo },
  });
  const aside = { "text-variable-anchor": ["center", "bottom", "top", "left", "right"], "text-radial-offset": 0.4 } as SymbolLayerSpecification["layout"];
  const main = ["motorway", "trunk", "primary", "secondary", "tertiary"];
  const paths = ["path", "footway", "steps", "track", "bridleway", "cycleway", "service"];
  return [
    street("label-street", 14.5, ["!", ["in", ["get", "kind"], ["literal", [...main, ...paths]]]], { "text-size": size(14.5, 10.5, 18, 13), "symbol-spacing": 320 }, ground.quiet),
    street("label-path", 16, kinds(...paths), { "text-size": 11, "symbol-spacing": 400 }, ground.quiet),
    street("label-main", 13, kinds(...main), { "text-size": size(13, 10.5, 18, 14), "symbol-spacing": 380 }, ground.label),
    {
      id: "label-water", type: "symbol", source: "basemap", "source-layer": "water", minzoom: 12, filter: ["==", ["geometry-type"], "LineString"],
      layout: { ...along, "text-size": 11, "text-letter-spacing": 0.08, "symbol-spacing": 420 },
      paint: { "text-color": ground.waterLabel, ...halo },
    },
    {
      id: "label-lake", type: "symbol", source: "basemap", "source-layer": "water", minzoom: 13.5, filter: ["==", ["geometry-type"], "Polygon"],
      layout: { "text-field": twoLines(known), "text-font": fonts, "text-size": 11, "text-max-width": 7 },
      paint: { "text-color": ground.waterLabel, ...halo },
    },
    place("label-peak", ["==", ["get", "kind"], "peak"], { minzoom: 12.5 }, {
      "text-field": ["format", "▲\n", { "font-scale": 0.7 }, known.first, {}], "text-size": 10.5, "text-anchor": "top", "text-offset": [0, -0.4],
    }, ground.peak),
    place("label-hamlet", kinds("hamlet", "isolated_dwelling", "locality", "square"), { minzoom: 13.2 }, { "text-size": size(13, 11, 17, 13) }, ground.quiet),
    place("label-quarter", kinds("suburb", "quarter", "neighbourhood"), { minzoom: 12, maxzoom: 17 }, { "text-size": size(12, 11, 16, 14), "text-letter-spacing": 0.06 }, ground.quiet),
    place("label-village", kinds("village"), { minzoom: 10.5, maxzoom: 17.5 }, { "text-size": size(10, 11, 16, 16), ...aside }, ground.label),
    place("label-town", kinds("town", "city"), { minzoom: 6, maxzoom: 17 }, {
      ...aside, "text-font": bold, "text-size": size(7, 12, 15, 19), "symbol-sort-key": ["match", ["get", "kind"], "city", 0, 1],
    }, ground.label),
  ];
}
