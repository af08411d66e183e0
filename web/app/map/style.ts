// The base map: quiet, from the imported extract alone, with labels in Latin and
// Chinese letters and no glyph server (the browser's own fonts draw them).
import type { ExpressionSpecification, HillshadeLayerSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import type { Language } from "../i18n/index.svelte";
import { labels } from "./labels";
import { grounds, type Ground, type Shade } from "./palette";
import { ways, width } from "./ways";

export const attribution = "© OpenStreetMap contributors";

/** The layer below which data is drawn: hexagons lie under roads and labels. */
export const belowRoads = "path-case";
/** The layer below which lines are drawn. */
export const belowLabels = "label-street";

/** The layer below which hills are shaded: water is level, and shows none. */
export const belowHills = "water";

/** Where heights are told, after the TileJSON of /tiles/heights.json. */
export interface Heights {
  minzoom: number;
  maxzoom: number;
  bounds: [number, number, number, number];
  encoding: "terrarium";
}

/** Style of the map alone; base is the address of the server, tiles the path of its layers,
 * heights null where no elevation was imported. */
export function style(shade: Shade, language: Language, base: string, tiles = "/tiles", heights: Heights | null = null): StyleSpecification {
  return {
    version: 8,
    sources: {
      ...(heights && {
        heights: {
          type: "raster-dem", tiles: [`${base}${tiles}/heights/{z}/{x}/{y}.png`], tileSize: 256,
          minzoom: heights.minzoom, maxzoom: heights.maxzoom, bounds: heights.bounds, encoding: heights.encoding,
        },
      }),
      basemap: {
        type: "vector",
        tiles: [`${base}${tiles}/basemap/{z}/{x}/{y}.mvt`],
        minzoom: 0,
        maxzoom: 16,
        attribution,
      },
    },
    layers: ground(shade, language).flatMap((layer) => (heights && layer.id === belowHills ? [hills(shade), layer] : [layer])),
  };
}

/** Hills under a light from the north-west: soft, as data is to be read above them, and less
 * from near, where a slope is larger than the picture. */
export function hills(shade: Shade): HillshadeLayerSpecification {
  const { hillShadow, hillLight } = grounds[shade];
  return {
    id: "hills", type: "hillshade", source: "heights",
    paint: {
      "hillshade-shadow-color": hillShadow, "hillshade-highlight-color": hillLight, "hillshade-accent-color": hillShadow,
      "hillshade-exaggeration": ["interpolate", ["linear"], ["zoom"], 8, 0.35, 12, 0.45, 15, 0.3, 17, 0.15],
    },
  };
}

/** All layers of the base map, from the ground up. */
export function ground(shade: Shade, language: Language): LayerSpecification[] {
  const colours = grounds[shade];
  return [...fills(colours), ...ways(colours, shade), ...labels(colours, language)];
}

const kind: ExpressionSpecification = ["get", "kind"];
const isArea: ExpressionSpecification = ["==", ["geometry-type"], "Polygon"];

function fills(colours: Ground): LayerSpecification[] {
  const source = "basemap";
  const bare = ["scree", "bare_rock", "rock", "shingle", "sand", "beach", "glacier", "quarry"];
  return [
    { id: "land", type: "background", paint: { "background-color": colours.land } },
    {
      id: "ground", type: "fill", source, "source-layer": "land", filter: isArea,
      paint: { "fill-color": ["match", kind, bare, colours.bare, colours.built] },
    },
    {
      id: "green", type: "fill", source, "source-layer": "green", filter: isArea,
      paint: { "fill-color": ["match", kind, ["wood", "forest", "scrub"], colours.wood, colours.green] },
    },
    { id: "water", type: "fill", source, "source-layer": "water", filter: isArea, paint: { "fill-color": colours.water } },
    {
      // From near, a river lies in the area of its water and is not to be seen.
      id: "water-line", type: "line", source, "source-layer": "water", filter: ["==", ["geometry-type"], "LineString"],
      layout: { "line-cap": "round", "line-join": "round" },
      paint: {
        "line-color": ["interpolate", ["linear"], ["zoom"], 13, colours.waterLine, 14.5, ["match", kind, ["river", "canal"], colours.water, colours.waterLine]],
        "line-width": ["interpolate", ["exponential", 1.5], ["zoom"], 9, ["match", kind, "river", 1, 0.3], 14, ["match", kind, "river", 2.2, "canal", 1.6, 1], 18, ["match", kind, "river", 8, 2.5]],
      },
    },
    { id: "water-edge", type: "line", source, "source-layer": "water", minzoom: 12, filter: isArea, paint: { "line-color": colours.waterLine, "line-width": 0.8 } },
    {
      id: "building", type: "fill", source, "source-layer": "building", minzoom: 13,
      paint: { "fill-color": colours.building, "fill-opacity": ["interpolate", ["linear"], ["zoom"], 13, 0.6, 15, 1] },
    },
    { id: "square", type: "fill", source, "source-layer": "street", minzoom: 13, filter: isArea, paint: { "fill-color": colours.pedestrian } },
    { id: "rail-line", type: "line", source, "source-layer": "rail", paint: { "line-color": colours.rail, "line-width": width(0.8, 3) } },
    { id: "rail", type: "line", source, "source-layer": "rail", minzoom: 13, paint: { "line-color": colours.rail, "line-width": width(1.5, 9), "line-dasharray": [0.15, 1.6] } },
  ];
}
