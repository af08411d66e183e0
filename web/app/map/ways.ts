// Streets of the base map by rank, paths and boundaries.
import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";
import type { Ground, Shade } from "./palette";

const kind: ExpressionSpecification = ["get", "kind"];

const paths = ["path", "footway", "steps", "track", "bridleway", "cycleway"];
const main = ["motorway", "trunk", "primary", "secondary", "motorway_link", "trunk_link", "primary_link", "secondary_link"];

/** Widths in pixels at zooms 9, 13, 15 and 18; whatever is not named is a service way. */
const ranks: [kinds: string[], widths: [number, number, number, number]][] = [
  [["motorway", "trunk"], [1.6, 4, 7.5, 26]],
  [["primary", "motorway_link", "trunk_link"], [1.3, 3.4, 7, 24]],
  [["secondary", "primary_link"], [1, 2.8, 6, 21]],
  [["tertiary", "secondary_link"], [0.6, 2.2, 5, 18]],
  [["residential", "unclassified", "living_street", "road", "pedestrian", "tertiary_link"], [0.4, 1.4, 4, 15]],
];
const service: [number, number, number, number] = [0.2, 0.7, 2.2, 9];
const zooms = [9, 13, 15, 18];

function roadWidth(more: number): ExpressionSpecification {
  const stops = zooms.flatMap((zoom, i) => {
    const pairs = ranks.flatMap(([kinds, widths]) => [kinds, widths[i]! + more * Math.min(1, (zoom - 7) / 6)]);
    return [zoom, ["match", kind, ...pairs, service[i]! + more * Math.min(1, (zoom - 7) / 6)]];
  });
  return ["interpolate", ["exponential", 1.4], ["zoom"], ...stops] as unknown as ExpressionSpecification;
}

/** What leads far lies above what joins it. */
const order = ["match", kind, ...ranks.flatMap(([kinds], i) => [kinds, ranks.length - i]), 0] as unknown as ExpressionSpecification;

export const width = (from: number, to: number): ExpressionSpecification => ["interpolate", ["exponential", 1.5], ["zoom"], 10, from, 18, to];

export function ways(ground: Ground, shade: Shade): LayerSpecification[] {
  const street = { type: "line", source: "basemap", "source-layer": "street" } as const;
  const isLine: ExpressionSpecification = ["==", ["geometry-type"], "LineString"];
  const roads: ExpressionSpecification = ["all", isLine, ["!", ["in", kind, ["literal", [...paths, "ferry"]]]]];
  const layout = { "line-cap": "round", "line-join": "round" } as const;
  const level: ExpressionSpecification = ["to-number", kind, 9];
  return [
    {
      ...street, id: "path-case", minzoom: 14, filter: ["in", kind, ["literal", paths]], layout,
      paint: { "line-color": ground.pathCase, "line-width": width(1.5, 6), "line-opacity": 0.55 },
    },
    {
      ...street, id: "path", minzoom: 12, filter: ["in", kind, ["literal", paths.filter((one) => one !== "steps" && one !== "track")]],
      paint: { "line-color": ground.path, "line-width": width(0.5, 2.4), "line-dasharray": [2.5, 1.5] },
    },
    {
      ...street, id: "track", minzoom: 12, filter: ["==", kind, "track"], layout,
      paint: { "line-color": ground.path, "line-width": width(0.4, 2.4), "line-opacity": 0.75 },
    },
    {
      ...street, id: "steps", minzoom: 14, filter: ["==", kind, "steps"],
      paint: { "line-color": ground.path, "line-width": width(1.5, 7), "line-dasharray": [0.25, 0.35] },
    },
    {
      ...street, id: "ferry", filter: ["==", kind, "ferry"],
      paint: { "line-color": ground.waterLabel, "line-width": width(0.8, 2), "line-dasharray": [4, 3], "line-opacity": 0.7 },
    },
    {
      ...street, id: "road-case", filter: roads, layout: { ...layout, "line-sort-key": order },
      paint: { "line-color": ["match", kind, main, ground.mainCase, ground.roadCase], "line-width": roadWidth(shade === "sun" ? 2.4 : 1.6) },
    },
    {
      ...street, id: "road", filter: roads, layout: { ...layout, "line-sort-key": order },
      paint: { "line-color": ["match", kind, main, ground.main, "pedestrian", ground.pedestrian, ground.road], "line-width": roadWidth(0) },
    },
    {
      id: "building-edge", type: "line", source: "basemap", "source-layer": "building", minzoom: 14,
      paint: { "line-color": ground.buildingLine, "line-width": width(0.3, 1), "line-opacity": ["interpolate", ["linear"], ["zoom"], 14, 0.4, 16, 1] },
    },
    {
      id: "boundary", type: "line", source: "basemap", "source-layer": "boundary",
      filter: ["<=", level, ["step", ["zoom"], 4, 8, 7, 11, 10]], layout,
      paint: {
        "line-color": ground.boundary, "line-opacity": 0.75, "line-dasharray": [4, 2, 1, 2],
        "line-width": ["interpolate", ["linear"], ["zoom"], 6, ["case", ["<=", level, 4], 1, 0.5], 16, ["case", ["<=", level, 4], 3, 1.6]],
      },
    },
  ];
}
