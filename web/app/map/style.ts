// The base map: quiet, from the imported extract alone, with labels in Latin and
// Chinese letters and no glyph server (the browser's own fonts draw them).
import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import type { Language } from "../i18n/index.svelte";
import { grounds, type Ground, type Shade } from "./palette";

export const attribution = "© OpenStreetMap contributors";

/** The layer below which data is drawn: hexagons lie under roads and labels. */
export const belowRoads = "road-case";
/** The layer below which lines are drawn. */
export const belowLabels = "label-street";

const fonts = ["Map Regular", "Inter Variable", "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", "sans-serif"];
const bold = ["Map Bold", ...fonts.slice(1)];

const wide = ["motorway", "trunk", "primary", "secondary", "motorway_link", "trunk_link", "primary_link", "secondary_link"];
const walks = ["path", "footway", "steps", "track", "bridleway", "cycleway", "pedestrian"];

export function style(shade: Shade, language: Language, tiles = "/tiles"): StyleSpecification {
  const ground = grounds[shade];
  return {
    version: 8,
    sources: {
      basemap: {
        type: "vector",
        tiles: [`${location.origin}${tiles}/basemap/{z}/{x}/{y}.mvt`],
        minzoom: 0,
        maxzoom: 16,
        attribution,
      },
    },
    layers: [...fills(ground), ...lines(ground, shade), ...labels(ground, language)],
  };
}

const width = (from: number, to: number): ExpressionSpecification =>
  ["interpolate", ["exponential", 1.5], ["zoom"], 10, from, 18, to];

const waterWidth: ExpressionSpecification = [
  "interpolate", ["exponential", 1.5], ["zoom"],
  10, ["match", ["get", "kind"], "river", 1, 0.4],
  18, ["match", ["get", "kind"], "river", 8, 3],
];

function fills(ground: Ground): LayerSpecification[] {
  const isArea: ExpressionSpecification = ["==", ["geometry-type"], "Polygon"];
  return [
    { id: "land", type: "background", paint: { "background-color": ground.land } },
    { id: "green", type: "fill", source: "basemap", "source-layer": "green", filter: isArea, paint: { "fill-color": ground.green } },
    { id: "water", type: "fill", source: "basemap", "source-layer": "water", filter: isArea, paint: { "fill-color": ground.water } },
    {
      id: "water-line", type: "line", source: "basemap", "source-layer": "water",
      filter: ["==", ["geometry-type"], "LineString"],
      paint: { "line-color": ground.waterLine, "line-width": waterWidth },
    },
    {
      id: "building", type: "fill", source: "basemap", "source-layer": "building", minzoom: 13,
      paint: { "fill-color": ground.building, "fill-outline-color": ground.buildingLine },
    },
  ];
}

function lines(ground: Ground, shade: Shade): LayerSpecification[] {
  const roads: ExpressionSpecification = ["!", ["in", ["get", "kind"], ["literal", [...walks, "ferry"]]]];
  const roadWidth = (extra: number): ExpressionSpecification => [
    "interpolate", ["exponential", 1.5], ["zoom"],
    9, ["match", ["get", "kind"], wide, 1 + extra / 2, 0.3],
    13, ["match", ["get", "kind"], wide, 3 + extra, 1.2 + extra],
    18, ["match", ["get", "kind"], wide, 22 + extra, 14 + extra],
  ];
  return [
    {
      id: "rail", type: "line", source: "basemap", "source-layer": "rail",
      paint: { "line-color": ground.rail, "line-width": width(0.7, 3), "line-dasharray": [3, 2] },
    },
    {
      id: "road-case", type: "line", source: "basemap", "source-layer": "street", filter: roads,
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": ground.roadCase, "line-width": roadWidth(shade === "sun" ? 2.5 : 1.5) },
    },
    {
      id: "road", type: "line", source: "basemap", "source-layer": "street", filter: roads,
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": ground.road, "line-width": roadWidth(0) },
    },
    {
      id: "path", type: "line", source: "basemap", "source-layer": "street", minzoom: 12,
      filter: ["in", ["get", "kind"], ["literal", walks]],
      paint: { "line-color": ground.path, "line-width": width(0.5, 3), "line-dasharray": [2, 1.5] },
    },
    {
      id: "boundary", type: "line", source: "basemap", "source-layer": "boundary",
      paint: { "line-color": ground.boundary, "line-width": width(0.8, 2.5), "line-dasharray": [4, 2, 1, 2], "line-opacity": 0.7 },
    },
  ];
}

function labels(ground: Ground, language: Language): LayerSpecification[] {
  const name: ExpressionSpecification =
    language === "zh-Hans" ? ["coalesce", ["get", "name_zh"], ["get", "name"]] : ["coalesce", ["get", "name"], ["get", "name_zh"]];
  const halo = { "text-halo-color": ground.halo, "text-halo-width": 1.6 };
  const place = (id: string, kinds: string[], minzoom: number, size: number, strong: boolean): LayerSpecification => ({
    id, type: "symbol", source: "basemap", "source-layer": "place", minzoom,
    filter: ["in", ["get", "kind"], ["literal", kinds]],
    layout: { "text-field": name, "text-font": strong ? bold : fonts, "text-size": size, "text-max-width": 8 },
    paint: { "text-color": ground.label, ...halo },
  });
  return [
    {
      id: "label-street", type: "symbol", source: "basemap", "source-layer": "street", minzoom: 14.5,
      layout: { "symbol-placement": "line", "text-field": name, "text-font": fonts, "text-size": 12, "symbol-spacing": 300 },
      paint: { "text-color": ground.label, ...halo },
    },
    {
      id: "label-water", type: "symbol", source: "basemap", "source-layer": "water", minzoom: 13,
      layout: { "symbol-placement": "line", "text-field": name, "text-font": fonts, "text-size": 11 },
      paint: { "text-color": ground.waterLabel, ...halo },
    },
    place("label-hamlet", ["hamlet", "neighbourhood", "isolated_dwelling", "locality", "suburb", "square"], 13.2, 12, false),
    place("label-village", ["village"], 10.5, 13, false),
    place("label-town", ["town", "city"], 7, 15, true),
  ];
}
