// The service worker, and the map of where the worker goes.
import { boxOf } from "../map/map";

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
const mostTiles = 900; // about 15 MB
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

function tileAt(lon: number, lat: number, z: number): [number, number] {
  const n = 2 ** z;
  const sin = Math.sin((lat * Math.PI) / 180);
  const y = 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI);
  return [Math.floor(((lon + 180) / 360) * n), Math.floor(y * n)];
}

/** Fetches what is missing of the map, a few at a time, in no hurry, until somebody leaves. */
export async function keepMap(points: [number, number][], leaving: AbortSignal) {
  if (!navigator.serviceWorker?.controller) return;
  const cache = await caches.open("map");
  const queue = tilesAround(points);
  const next = async () => {
    for (let tile = queue.shift(); tile && !leaving.aborted; tile = queue.shift()) {
      const url = location.origin + tile;
      if (await cache.match(url)) continue;
      const answer = await fetch(url).catch(() => null);
      if (!answer?.ok) return; // the rest another time
    }
  };
  await Promise.all([next(), next(), next()]);
}
