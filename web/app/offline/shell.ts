// The service worker, and the map of where the worker goes.
import { boxOf, heightsOf } from "../map/map";
import type { Heights } from "../map/style";

/** Lets the page start without a connection from now on. */
export async function keepShell() {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register("/sw.js", { scope: "/" });
    await navigator.serviceWorker.ready;
  } catch {
    // Not every browser allows it; the page works with a connection then.
  }
}

const zooms = { first: 10, last: 16 };
const mostTiles = 900;
const mostBytes = 15_000_000; // of all tiles, as they come
const around = 0.004; // degrees, some 400 m

/** The tiles around points, the overview first. */
export function tilesAround(points: [number, number][]): string[] {
  const tiles: string[] = [];
  const box = boxOf(points);
  if (!box) return tiles;
  for (let z = zooms.first; z <= zooms.last; z++) {
    const wanted = new Set<string>();
    // The overview whole; close by only where somebody goes.
    const boxes = z < 14 ? [box] : points.map(([lon, lat]): [number, number, number, number] => [lon, lat, lon, lat]);
    for (const [west, south, east, north] of boxes) {
      const [left, top] = tileAt(west - around, north + around, z);
      const [right, bottom] = tileAt(east + around, south - around, z);
      for (let x = left; x <= right; x++) for (let y = top; y <= bottom; y++) wanted.add(`/tiles/basemap/${z}/${x}/${y}.mvt`);
    }
    if (tiles.length + wanted.size > mostTiles) break;
    tiles.push(...wanted);
  }
  return tiles;
}

const mostHeights = 12; // about 1 MB

/** The pictures of heights around points, for the overview: none where they are many. */
export function heightsAround(points: [number, number][], heights: Heights | null): string[] {
  const box = boxOf(points);
  if (!box || !heights) return [];
  const tiles: string[] = [];
  // MapLibre shows pictures of 256 pixels at the zoom before.
  for (let z = Math.min(zooms.first + 1, heights.maxzoom); z <= heights.maxzoom; z++) {
    const [left, top] = tileAt(Math.max(box[0] - around, heights.bounds[0]), Math.min(box[3] + around, heights.bounds[3]), z);
    const [right, bottom] = tileAt(Math.min(box[2] + around, heights.bounds[2]), Math.max(box[1] - around, heights.bounds[1]), z);
    for (let x = left; x <= right; x++) for (let y = top; y <= bottom; y++) tiles.push(`/tiles/heights/${z}/${x}/${y}.png`);
  }
  return tiles.length > mostHeights ? [] : tiles;
}

function tileAt(lon: number, lat: number, z: number): [number, number] {
  const n = 2 ** z;
  const sin = Math.sin((lat * Math.PI) / 180);
  const y = 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI);
  return [Math.floor(((lon + 180) / 360) * n), Math.floor(y * n)];
}

/** Fetches what is missing of the map or has changed, a few at a time, in no hurry, until
 * somebody leaves; what is no longer around any point goes. The service worker knows which
 * tiles are new enough. */
export async function keepMap(points: [number, number][], leaving: AbortSignal) {
  if (!navigator.serviceWorker?.controller) return;
  const cache = await caches.open("map");
  const hills = heightsAround(points, await heightsOf("/tiles"));
  const wanted = ["/tiles/heights.json", ...hills, ...tilesAround(points)].map((tile) => location.origin + tile);
  const [queue, had] = [[...wanted], new Set<string>()];
  let bytes = 0;
  let broken = false;
  const next = async () => {
    for (let url = queue.shift(); url && bytes < mostBytes && !leaving.aborted; url = queue.shift()) {
      const answer = await fetch(url).catch(() => null);
      if (!answer?.ok) {
        broken = true;
        return; // the rest another time
      }
      bytes += Number(answer.headers.get("Content-Length") ?? 0);
      had.add(url);
      void answer.body?.cancel(); // it lies in the cache
    }
  };
  await Promise.all([next(), next(), next()]);
  if (leaving.aborted || broken || queue.length > 0) return;
  for (const { url } of await cache.keys()) if (!had.has(url)) await cache.delete(url);
}
