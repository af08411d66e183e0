// The order of what is left of the day, when a worker changes it: as the crow flies, as
// the phone has no streets of its own.

interface Place {
  lon: number;
  lat: number;
}

/** Metres between two places. */
export function metres(a: Place, b: Place): number {
  const radians = Math.PI / 180;
  const [dLat, dLon] = [(b.lat - a.lat) * radians, (b.lon - a.lon) * radians];
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(a.lat * radians) * Math.cos(b.lat * radians) * Math.sin(dLon / 2) ** 2;
  return 2 * 6_371_008 * Math.asin(Math.sqrt(h));
}

/** How long a way through places is, from a start, in metres. */
export function length(start: Place, places: readonly Place[]): number {
  return places.reduce((sum, place, i) => sum + metres(places[i - 1] ?? start, place), 0);
}

/** A short way through all places from a start: the nearest next, then 2-opt until nothing gets better. */
export function shortWay<P extends Place>(start: Place, places: readonly P[]): P[] {
  const left = [...places];
  const way: P[] = [];
  for (let at = start; left.length > 0; at = way.at(-1)!) {
    const next = left.reduce((best, place, i) => (metres(at, place) < metres(at, left[best]!) ? i : best), 0);
    way.push(...left.splice(next, 1));
  }
  for (let better = true; better; ) {
    better = false;
    for (let i = 0; i < way.length - 1; i++) {
      for (let j = i + 1; j < way.length; j++) {
        const [before, after] = [way[i - 1] ?? start, way[j + 1]];
        const now = metres(before, way[i]!) + (after ? metres(way[j]!, after) : 0);
        const turned = metres(before, way[j]!) + (after ? metres(way[i]!, after) : 0);
        if (turned < now - 0.01) {
          way.splice(i, j - i + 1, ...way.slice(i, j + 1).reverse());
          better = true;
        }
      }
    }
  }
  return way;
}
