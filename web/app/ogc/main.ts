// The pages of /ogc come written from the server; this draws the map of a page's
// features, which the page holds.
import "../parts/base.css";
import "./ogc.css";
import type { FeatureCollection, Position } from "geojson";
import { boxOf, createMap } from "../map/map";
import { applyTheme } from "../parts/theme.svelte";

applyTheme();

const colour = "#b1450c";

function positions(of: unknown, into: [number, number][] = []): [number, number][] {
  if (Array.isArray(of) && typeof of[0] === "number") into.push([(of as Position)[0]!, (of as Position)[1]!]);
  else if (Array.isArray(of)) for (const one of of) positions(one, into);
  return into;
}

async function draw(element: HTMLElement) {
  const features = JSON.parse(element.dataset.features!) as FeatureCollection;
  const box = boxOf(features.features.flatMap(({ geometry }) => ("coordinates" in geometry ? positions(geometry.coordinates) : [])));
  const handle = await createMap(element, box, 32, { tiles: "/ogc/tiles" });
  if (!handle) {
    element.hidden = true;
    return;
  }
  handle.draw(() => {
    if (handle.map.getSource("features")) return;
    handle.map.addSource("features", { type: "geojson", data: features });
    handle.map.addLayer({ id: "fill", type: "fill", source: "features", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": colour, "fill-opacity": 0.15 } });
    handle.map.addLayer({ id: "line", type: "line", source: "features", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": colour, "line-width": 2 } });
    handle.map.addLayer({
      id: "point", type: "circle", source: "features", filter: ["==", ["geometry-type"], "Point"],
      paint: { "circle-color": colour, "circle-radius": 5, "circle-stroke-color": "#ffffff", "circle-stroke-width": 1.5 },
    });
  });
}

const element = document.getElementById("map");
if (element?.dataset.features) void draw(element);
