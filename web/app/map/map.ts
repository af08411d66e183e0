// A MapLibre map that is loaded when somebody looks at it: the list works without.
import type { LngLatBoundsLike, Map as LibreMap } from "maplibre-gl";
import { language, t, type Language } from "../i18n/index.svelte";
import { shownLook } from "../parts/theme.svelte";
import type { Shade } from "./palette";
import { attribution, style, type Heights } from "./style";

export type Box = [number, number, number, number];
/** Room to leave around a box, in pixels. */
export type Padding = number | { top: number; right: number; bottom: number; left: number };

export interface MapHandle {
  map: LibreMap;
  /** Makes the style anew, for another look or language. */
  restyle(shade: Shade, words: Language): void;
  /** Runs now and again whenever the style was made anew (look, language). */
  draw(layers: () => void): void;
  fit(box: Box, padding?: Padding): void;
  remove(): void;
}

const world: Box = [-170, -55, 170, 70];

/** Where there are hills to shade; null without elevation, and where nobody answers until the
 * signal says that it is too late. */
export async function heightsOf(tiles: string, late?: AbortSignal): Promise<Heights | null> {
  try {
    const answer = await fetch(`${tiles}/heights.json`, { signal: late ?? null });
    return answer.status === 200 ? ((await answer.json()) as Heights) : null;
  } catch {
    return null;
  }
}

/** How long a map waits to hear of hills before it is drawn without, in ms. */
const hillsWithin = 2000;

/** Makes a map in an element; null when the browser cannot draw one. tiles is the address of
 * the base map; a printable map keeps its picture for the printer. */
export async function createMap(
  container: HTMLElement, box: Box | null, padding: Padding = 32, { tiles = "/tiles", printable = false } = {},
): Promise<MapHandle | null> {
  const [libre, worker, heights] = await Promise.all([
    import("maplibre-gl"),
    import("maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url"),
    heightsOf(tiles, AbortSignal.timeout(hillsWithin)),
    import("maplibre-gl/dist/maplibre-gl.css"),
  ]);
  libre.setWorkerUrl(worker.default);
  let map: LibreMap;
  try {
    map = new libre.Map({
      container,
      style: style(shownLook(), language(), location.origin, tiles, heights),
      bounds: (box ?? world) as LngLatBoundsLike,
      fitBoundsOptions: { padding },
      canvasContextAttributes: { preserveDrawingBuffer: printable },
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      fadeDuration: 120,
      maxZoom: 19,
      locale: { "Map.Title": t("map"), "NavigationControl.ZoomIn": t("zoom_in"), "NavigationControl.ZoomOut": t("zoom_out") },
    });
  } catch {
    return null; // no WebGL
  }
  map.touchZoomRotate.disableRotation();
  map.addControl(new libre.AttributionControl({ compact: false, customAttribution: attribution }));
  map.addControl(new libre.NavigationControl({ showCompass: false }), "bottom-right");
  let drawn = `${shownLook()} ${language()}`;
  let layers = () => {};
  const redraw = () => {
    try {
      layers();
    } catch (error) {
      console.error(error); // MapLibre swallows what a listener throws
    }
  };
  map.on("style.load", redraw);
  return {
    map,
    restyle(shade, words) {
      if (drawn === `${shade} ${words}`) return;
      drawn = `${shade} ${words}`;
      map.setStyle(style(shade, words, location.origin, tiles, heights), { diff: false });
    },
    draw(next) {
      layers = next;
      if (map.isStyleLoaded() || map.getStyle()?.layers?.length) redraw();
    },
    fit(to, padding = 48) {
      const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      map.fitBounds(to as LngLatBoundsLike, { padding, maxZoom: 17, duration: still ? 0 : 500 });
    },
    remove: () => map.remove(),
  };
}

/** The box around points. */
export function boxOf(points: [number, number][]): Box | null {
  if (points.length === 0) return null;
  const box: Box = [180, 90, -180, -90];
  for (const [lon, lat] of points) {
    box[0] = Math.min(box[0], lon);
    box[1] = Math.min(box[1], lat);
    box[2] = Math.max(box[2], lon);
    box[3] = Math.max(box[3], lat);
  }
  return box;
}
