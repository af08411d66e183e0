// What the desk draws above the base map.
import type { MultiPolygon } from "geojson";
import type { ExpressionSpecification, LayerSpecification, Map as LibreMap } from "maplibre-gl";
import type { Route, Schemas } from "../api/client";
import { releaseLayers, wide, withheld, workLayers } from "../map/heat";
import { bold } from "../map/labels";
import { ramp, routeColour, type Measure, type Shade } from "../map/palette";
import { belowLabels, belowRoads } from "../map/style";
import { drawRoute } from "../map/stops";
import type { View } from "./desk.svelte";
import { owedClasses, owes } from "../parts/owed";

export interface Picture {
  view: View;
  measure: Measure | "none";
  /** Work is shown by groups of dwellings, not by cells. */
  grouped: boolean;
  round: string | null;
  plan: string | null;
  workers: string[];
  worker: string | null;
  route: Route | null;
  version: number;
  incident: string | null;
  release: string | null;
  keyAreas: Schemas["KeyAreas"] | null;
  /** The part that is chosen among key areas. */
  bin: number | null;
  /** The outline of the chosen cell. */
  cell: [number, number][][] | undefined;
  /** Lines of closed streets. */
  closures: [number, number][][];
  /** Places of a file, or that it would change. */
  files: { lon: number; lat: number; list: string }[];
  /** Areas of a file, or that it would change. */
  fileAreas: { outline: [number, number][][][]; list: string }[];
  shade: Shade;
}

const drawn = ["key-areas-wide", "key-areas", "key-areas-edge", "key-areas-chosen", "releases-wide", "releases", "releases-withheld", "releases-edge", "work", "work-wide", "work-edge", "areas", "territories", "territories-edge", "routes", "hazards", "hazards-count", "route-case", "route-line", "stops", "closures", "cell", "file-areas", "file-areas-edge", "files"];

/** Draws the picture, taking away what the last one had. */
export function drawDesk(map: LibreMap, picture: Picture) {
  for (const layer of drawn) if (map.getLayer(layer)) map.removeLayer(layer);
  for (const source of ["key-areas", "releases", "work", "areas", "territories", "routes", "hazards", "route", "off-road", "stops", "closures", "cell", "file-areas", "files"]) {
    if (map.getSource(source)) map.removeSource(source);
  }
  const planned = picture.view === "plan" && picture.plan !== null;
  if (picture.view === "overview" && picture.measure !== "none" && picture.round) drawWork(map, picture, picture.measure, picture.round);
  if (planned && !picture.route) drawPlan(map, picture, picture.plan!);
  if (picture.release) drawRelease(map, picture.release, picture.shade);
  if (picture.keyAreas) drawKeyAreas(map, picture, picture.keyAreas);
  drawAreas(map, picture.shade);
  if (!["plan", "statistics", "key_areas", "imports"].includes(picture.view)) drawHazards(map, picture);
  if (picture.view === "plan") drawClosures(map, picture.closures);
  if (picture.view === "plan" && picture.cell) drawCell(map, picture.cell, picture.shade);
  if (picture.fileAreas.length > 0) drawFileAreas(map, picture);
  if (picture.files.length > 0) drawFiles(map, picture);
  if (planned && picture.route) {
    const { line, off_road, stops, code } = picture.route;
    drawRoute(
      map,
      { line: line.coordinates as [number, number][], offRoad: off_road.coordinates as [number, number][][] },
      stops.map((stop) => ({ seq: stop.seq, lon: stop.lon, lat: stop.lat, state: stop.state })),
      routeColour(picture.workers.indexOf(code)),
    );
  }
}

function drawCell(map: LibreMap, coordinates: [number, number][][], shade: Shade) {
  map.addSource("cell", { type: "geojson", data: { type: "Polygon", coordinates } });
  map.addLayer({ id: "cell", type: "line", source: "cell", paint: { "line-color": shade === "dark" ? "#ffffff" : "#15191e", "line-width": 3 } });
}

/** Colours of the lists of a file. */
const listColour: ExpressionSpecification = ["match", ["get", "list"], "gone", "#8a8f98", "changed", "#c77700", "twins", "#8e44ad", "#0b6bcb"];

function drawFileAreas(map: LibreMap, picture: Picture) {
  const features = picture.fileAreas.map(({ outline, list }) => ({ type: "Feature" as const, geometry: { type: "MultiPolygon" as const, coordinates: outline }, properties: { list } }));
  map.addSource("file-areas", { type: "geojson", data: { type: "FeatureCollection", features } });
  map.addLayer({ id: "file-areas", type: "fill", source: "file-areas", paint: { "fill-color": listColour, "fill-opacity": 0.18 } });
  map.addLayer({ id: "file-areas-edge", type: "line", source: "file-areas", paint: { "line-color": listColour, "line-width": 2 } });
}

function drawFiles(map: LibreMap, picture: Picture) {
  const features = picture.files.map(({ lon, lat, list }) => ({ type: "Feature" as const, geometry: { type: "Point" as const, coordinates: [lon, lat] }, properties: { list } }));
  map.addSource("files", { type: "geojson", data: { type: "FeatureCollection", features } });
  map.addLayer({
    id: "files",
    type: "circle",
    source: "files",
    paint: {
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 10, 3, 16, 7],
      "circle-color": listColour,
      "circle-stroke-color": picture.shade === "dark" ? "#12161b" : "#ffffff",
      "circle-stroke-width": 1.5,
    },
  });
}

function drawClosures(map: LibreMap, lines: [number, number][][]) {
  map.addSource("closures", { type: "geojson", data: { type: "MultiLineString", coordinates: lines } });
  map.addLayer({
    id: "closures",
    type: "line",
    source: "closures",
    layout: { "line-cap": "butt" },
    paint: { "line-color": "#c0392b", "line-width": 7, "line-dasharray": [0.6, 0.6] },
  });
}

function add(map: LibreMap, source: string, query: Record<string, string | number>, minzoom: number, layers: LayerSpecification[], before?: string) {
  const text = new URLSearchParams(Object.entries(query).map(([k, v]) => [k, String(v)])).toString();
  map.addSource(source, {
    type: "vector",
    tiles: [`${location.origin}/tiles/${source}/{z}/{x}/{y}.mvt${text ? `?${text}` : ""}`],
    minzoom,
    maxzoom: 16,
  });
  for (const layer of layers) map.addLayer(layer, before && map.getLayer(before) ? before : undefined);
}

function drawWork(map: LibreMap, picture: Picture, measure: Measure, round: string) {
  add(map, "work", { round, fresh: picture.version }, 8, workLayers(measure, picture.grouped, picture.shade), belowRoads);
}

function drawRelease(map: LibreMap, release: string, shade: Shade) {
  if (map.hasImage("withheld")) map.removeImage("withheld");
  map.addImage("withheld", hatch(shade));
  const hatched: LayerSpecification = { id: "releases-withheld", type: "fill", source: "releases", "source-layer": "releases", filter: withheld, paint: { "fill-pattern": "withheld" } };
  add(map, "releases", { release }, 0, [...releaseLayers(shade), hatched], belowRoads);
}

function drawKeyAreas(map: LibreMap, picture: Picture, found: Schemas["KeyAreas"]) {
  const bounds = owedClasses(found.items, found.by);
  const colours = ramp(found.by === "late" ? "late" : "to_visit", picture.shade);
  const colour = (i: number) => colours[Math.round((i * (colours.length - 1)) / Math.max(1, bounds.length - 1))]!;
  const steps = bounds.flatMap((bound, i) => [bound, colour(i)]);
  map.addSource("key-areas", {
    type: "geojson",
    data: {
      type: "FeatureCollection",
      features: found.items.map((area) => ({
        type: "Feature",
        properties: { bin: area.bin, owes: owes(area, found.by) },
        geometry: area.outline as MultiPolygon,
      })),
    },
  });
  const edge = picture.shade === "dark" ? "#ffffff" : "#15191e";
  const owed = ["step", ["get", "owes"], "rgba(0,0,0,0)", ...steps] as ExpressionSpecification;
  const layers: LayerSpecification[] = [
    { id: "key-areas-wide", type: "line", source: "key-areas", maxzoom: 14, ...wide(owed) },
    { id: "key-areas", type: "fill", source: "key-areas", paint: { "fill-color": owed, "fill-opacity": 0.78 } },
    { id: "key-areas-edge", type: "line", source: "key-areas", minzoom: 13, paint: { "line-color": edge, "line-opacity": 0.45, "line-width": 1 } },
    { id: "key-areas-chosen", type: "line", source: "key-areas", filter: ["==", ["get", "bin"], picture.bin ?? -1], paint: { "line-color": edge, "line-width": 3.5 } },
  ];
  for (const layer of layers) map.addLayer(layer, map.getLayer(belowRoads) ? belowRoads : undefined);
}

/** Thin lines from the lower left to the upper right. */
function hatch(shade: Shade) {
  const size = 8;
  const data = new Uint8Array(size * size * 4);
  const ink = shade === "dark" ? 220 : 60;
  for (let x = 0; x < size; x++) data.set([ink, ink, ink, 130], ((size - 1 - x) * size + x) * 4);
  return { width: size, height: size, data };
}

function drawAreas(map: LibreMap, shade: Shade) {
  add(map, "areas", {}, 0, [
    {
      id: "areas", type: "line", source: "areas", "source-layer": "areas",
      filter: ["!=", ["get", "level"], "grid"],
      paint: { "line-color": shade === "dark" ? "#c3b8ff" : "#5b4b9a", "line-width": 1.4, "line-opacity": 0.75 },
    },
  ], belowLabels);
}

/** A colour by the worker's code, in the order of the list. */
function byWorker(workers: string[]): ExpressionSpecification {
  const pairs = workers.flatMap((code, i) => [code, routeColour(i)]);
  // The types of MapLibre want the first pair apart.
  return pairs.length === 0 ? ["literal", routeColour(0)] : (["match", ["get", "code"], ...pairs, "#666666"] as unknown as ExpressionSpecification);
}

function drawPlan(map: LibreMap, picture: Picture, plan: string) {
  const colour = byWorker(picture.workers);
  const dim: ExpressionSpecification = picture.worker ? ["case", ["==", ["get", "worker"], picture.worker], 1, 0.15] : ["literal", 1];
  add(map, "territories", { plan }, 0, [
    { id: "territories", type: "fill", source: "territories", "source-layer": "territories", paint: { "fill-color": colour, "fill-opacity": ["*", 0.22, dim] } },
    { id: "territories-edge", type: "line", source: "territories", "source-layer": "territories", paint: { "line-color": colour, "line-width": 1.5, "line-opacity": dim } },
  ], belowRoads);
  const query: Record<string, string> = picture.worker ? { plan, worker: picture.worker } : { plan };
  add(map, "routes", query, 0, [
    {
      id: "routes", type: "line", source: "routes", "source-layer": "routes",
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": colour, "line-width": ["interpolate", ["linear"], ["zoom"], 9, 1, 15, 3], "line-opacity": 0.8 },
    },
  ], belowLabels);
}

/** From far away a point stands for those of a cell, with their number, and is red when one of them
 *  is overdue. */
function drawHazards(map: LibreMap, picture: Picture) {
  const big = picture.view === "reports";
  const open: ExpressionSpecification = ["coalesce", ["get", "open"], 1];
  add(map, "hazards", { fresh: picture.version }, 0, [
    {
      id: "hazards", type: "circle", source: "hazards", "source-layer": "hazards",
      layout: { "circle-sort-key": open },
      paint: {
        "circle-radius": ["case", [">", open, 1], ["min", 22, ["+", 7, ["*", 3, ["log10", open]]]], ["==", ["get", "id"], picture.incident ?? ""], big ? 12 : 9, big ? 8 : 5],
        "circle-color": ["case", ["get", "late"], "#b3261e", ["match", ["get", "kind"], "service", "#0b57a4", "#c26a00"]],
        "circle-stroke-color": "#ffffff",
        "circle-stroke-width": 2,
      },
    },
    {
      id: "hazards-count", type: "symbol", source: "hazards", "source-layer": "hazards",
      filter: [">", open, 1],
      layout: { "text-field": ["to-string", open], "text-font": bold, "text-size": 11, "symbol-sort-key": ["-", 0, open] },
      paint: { "text-color": "#ffffff" },
    },
  ]);
}
