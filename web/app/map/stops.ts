// A route with numbered stops. Numbers are drawn on a canvas: symbols keep out of
// each other's way, circles would not.
import type { GeoJSONSourceSpecification, Map as LibreMap } from "maplibre-gl";
import { belowLabels } from "./style";

export interface MapStop {
  seq: number;
  lon: number;
  lat: number;
  state: "open" | "finished" | "next";
}

const looks = {
  open: { fill: "#ffffff", ink: "#15191e", edge: "#0b57a4" },
  finished: { fill: "#dfe5ea", ink: "#4a545f", edge: "#8b96a1" },
  next: { fill: "#0b57a4", ink: "#ffffff", edge: "#ffffff" },
};

export interface MapRoute {
  line: [number, number][];
  /** The parts where there is no street: a white dotted line in the route's. */
  offRoad: [number, number][][];
}

export function drawRoute(map: LibreMap, { line, offRoad }: MapRoute, stops: MapStop[], colour = "#0b57a4") {
  for (const stop of stops) addNumber(map, stop);
  setSource(map, "route", {
    type: "Feature",
    properties: {},
    geometry: { type: "LineString", coordinates: line.length > 1 ? line : [[0, 0], [0, 0]] },
  });
  setSource(map, "off-road", {
    type: "Feature",
    properties: {},
    geometry: { type: "MultiLineString", coordinates: offRoad },
  });
  setSource(map, "stops", {
    type: "FeatureCollection",
    features: stops.map((stop) => ({
      type: "Feature" as const,
      properties: { seq: stop.seq, icon: icon(stop), rank: stop.state === "next" ? 0 : stop.state === "open" ? stop.seq : 9999 },
      geometry: { type: "Point" as const, coordinates: [stop.lon, stop.lat] },
    })),
  });
  if (!map.getLayer("route-case")) addLayers(map);
  map.setPaintProperty("route-line", "line-color", colour);
}

/** Draws the outline of a part of the map; none takes it away. */
export function drawPart(map: LibreMap, coordinates: [number, number][][][]) {
  setSource(map, "part", { type: "Feature", properties: {}, geometry: { type: "MultiPolygon", coordinates } });
  if (map.getLayer("part")) return;
  map.addLayer({ id: "part", type: "line", source: "part", paint: { "line-color": "#8a2a5b", "line-width": 3, "line-dasharray": [2, 1] } }, "route-case");
}

function addLayers(map: LibreMap) {
  const layout = { "line-cap": "round", "line-join": "round" } as const;
  const before = map.getLayer(belowLabels) ? belowLabels : undefined;
  // A light edge keeps the line apart from any ground.
  map.addLayer({ id: "route-case", type: "line", source: "route", layout, paint: { "line-color": "#ffffff", "line-width": 8, "line-opacity": 0.9 } }, before);
  map.addLayer({ id: "route-line", type: "line", source: "route", layout, paint: { "line-color": "#0b57a4", "line-width": 4.5 } }, before);
  map.addLayer({ id: "off-road", type: "line", source: "off-road", layout, paint: { "line-color": "#ffffff", "line-width": 3, "line-dasharray": [0.1, 2] } }, before);
  map.addLayer({
    id: "stops", type: "symbol", source: "stops",
    layout: { "icon-image": ["get", "icon"], "icon-size": 0.5, "symbol-sort-key": ["get", "rank"], "icon-padding": 0 },
  });
}

function setSource(map: LibreMap, id: string, data: GeoJSONSourceSpecification["data"]) {
  const source = map.getSource(id);
  if (source && "setData" in source) {
    (source as { setData(data: GeoJSONSourceSpecification["data"]): void }).setData(data);
  } else {
    map.addSource(id, { type: "geojson", data });
  }
}

const icon = (stop: MapStop) => `stop-${stop.state}-${stop.seq}`;

function addNumber(map: LibreMap, stop: MapStop) {
  if (map.hasImage(icon(stop))) return;
  const size = 60;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d");
  if (!pen) return;
  const look = looks[stop.state];
  pen.beginPath();
  pen.arc(size / 2, size / 2, size / 2 - 4, 0, 2 * Math.PI);
  pen.fillStyle = look.fill;
  pen.fill();
  pen.lineWidth = 5;
  pen.strokeStyle = look.edge;
  pen.stroke();
  pen.fillStyle = look.ink;
  pen.font = `700 ${stop.seq > 99 ? 22 : 28}px "Inter Variable", sans-serif`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(stop.state === "finished" ? "✓" : String(stop.seq), size / 2, size / 2 + 1);
  map.addImage(icon(stop), pen.getImageData(0, 0, size, size));
}
