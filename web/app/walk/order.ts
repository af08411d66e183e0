// The order of what is left of the day, when a worker changes it: by the ways of the day
// pack, or as the crow flies where it has none.

interface Place {
  lon: number;
  lat: number;
}

const radians = Math.PI / 180;

/** Metres between two places. */
export function metres(a: Place, b: Place): number {
  const [dLat, dLon] = [(b.lat - a.lat) * radians, (b.lon - a.lon) * radians];
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(a.lat * radians) * Math.cos(b.lat * radians) * Math.sin(dLon / 2) ** 2;
  return 2 * 6_371_008 * Math.asin(Math.sqrt(h));
}

/** Degrees from north, clockwise, in which b lies from a. */
export function bearing(a: Place, b: Place): number {
  const dLon = (b.lon - a.lon) * radians;
  const east = Math.sin(dLon) * Math.cos(b.lat * radians);
  const north = Math.cos(a.lat * radians) * Math.sin(b.lat * radians) - Math.sin(a.lat * radians) * Math.cos(b.lat * radians) * Math.cos(dLon);
  return (Math.atan2(east, north) / radians + 360) % 360;
}

/** How far it is from one place to another; from -1 it is from where the way starts. */
export type Far = (from: number, to: number) => number;

/** How long a way over places is. */
export function length(way: readonly number[], far: Far): number {
  return way.reduce((sum, place, i) => sum + far(way[i - 1] ?? -1, place), 0);
}

const exactTo = 10;
const kicks = 30;

/** An order of n places that is as short as can be found; the shortest of all up to ten. */
export function bestOrder(n: number, far: Far): number[] {
  if (n <= exactTo) return shortest(n, far);
  return search(n, far);
}

/** The shortest way (Held and Karp, 1962): by the set of places that were visited, and the last of them. */
export function shortest(n: number, far: Far): number[] {
  if (n === 0) return [];
  const sets = 1 << n;
  const cost = new Float64Array(sets * n).fill(Infinity);
  const before = new Int8Array(sets * n).fill(-1);
  for (let i = 0; i < n; i++) cost[(1 << i) * n + i] = far(-1, i);
  for (let set = 1; set < sets; set++) {
    for (let last = 0; last < n; last++) {
      const so = cost[set * n + last]!;
      if (so === Infinity) continue;
      for (let next = 0; next < n; next++) {
        const at = (set | (1 << next)) * n + next;
        if (set & (1 << next) || so + far(last, next) >= cost[at]!) continue;
        cost[at] = so + far(last, next);
        before[at] = last;
      }
    }
  }
  const all = sets - 1;
  let last = 0;
  for (let i = 1; i < n; i++) if (cost[all * n + i]! < cost[all * n + last]!) last = i;
  const way: number[] = [];
  for (let set = all; last >= 0; ) {
    way.unshift(last);
    const from = before[set * n + last]!;
    set &= ~(1 << last);
    last = from;
  }
  return way;
}

/** The nearest next, made better by turning and moving parts, from several beginnings. */
export function search(n: number, far: Far): number[] {
  let best = improve(nearestNext(n, far), far);
  let shortestYet = length(best, far);
  let seed = 1;
  const random = (below: number) => (seed = (seed * 16807) % 2147483647) % below;
  for (let kick = 0; kick < kicks; kick++) {
    // Three parts change places (the double bridge), which no single step undoes.
    const [a, b, c] = [random(n), random(n), random(n)].sort((x, y) => x - y) as [number, number, number];
    const way = improve([...best.slice(0, a), ...best.slice(b, c), ...best.slice(a, b), ...best.slice(c)], far);
    const long = length(way, far);
    if (long < shortestYet - 0.01) [best, shortestYet] = [way, long];
  }
  return best;
}

function nearestNext(n: number, far: Far): number[] {
  const left = Array.from({ length: n }, (_, i) => i);
  const way: number[] = [];
  while (left.length > 0) {
    const at = way.at(-1) ?? -1;
    const next = left.reduce((best, place, i) => (far(at, place) < far(at, left[best]!) ? i : best), 0);
    way.push(...left.splice(next, 1));
  }
  return way;
}

const longestPart = 3;
const end = -2;

/** Turns parts round (2-opt) and moves short ones, either way round (Or-opt), until nothing gets better. */
function improve(way: number[], far: Far): number[] {
  const n = way.length;
  const at = (i: number) => (i < 0 ? -1 : i < n ? way[i]! : end);
  const edge = (from: number, to: number) => (to === end ? 0 : far(from, to));
  // Sums of the way as it is, and walked back: ways need not be as long there as back.
  let [there, back] = sums(way, far);
  const turn = (i: number, j: number) => back[j]! - back[i]! - (there[j]! - there[i]!);
  const apply = (better: number[]) => {
    way = better;
    [there, back] = sums(way, far);
    return true;
  };
  const turns = (i: number, j: number) =>
    edge(at(i - 1), at(j)) + edge(at(i), at(j + 1)) - edge(at(i - 1), at(i)) - edge(at(j), at(j + 1)) + turn(i, j) < -0.01 &&
    apply([...way.slice(0, i), ...way.slice(i, j + 1).reverse(), ...way.slice(j + 1)]);
  const moves = (i: number, j: number, k: number) => {
    const out = edge(at(i - 1), at(j + 1)) - edge(at(i - 1), at(i)) - edge(at(j), at(j + 1)) - edge(at(k), at(k + 1));
    const same = out + edge(at(k), at(i)) + edge(at(j), at(k + 1));
    const turned = out + edge(at(k), at(j)) + edge(at(i), at(k + 1)) + turn(i, j);
    if (Math.min(same, turned) >= -0.01) return false;
    const part = way.slice(i, j + 1);
    if (turned < same) part.reverse();
    const rest = way.toSpliced(i, part.length);
    return apply(rest.toSpliced(k < i ? k + 1 : k + 1 - part.length, 0, ...part));
  };
  for (let better = true; better; ) {
    better = false;
    for (let i = 0; i < n; i++) {
      for (let j = i; j < n; j++) {
        if (j > i && turns(i, j)) better = true;
        for (let k = -1; j < i + longestPart && k < n; k++) if ((k < i - 1 || k > j) && moves(i, j, k)) better = true;
      }
    }
  }
  return way;
}

function sums(way: readonly number[], far: Far): [number[], number[]] {
  const [there, back] = [[0], [0]];
  for (let i = 1; i < way.length; i++) {
    there.push(there[i - 1]! + far(way[i - 1]!, way[i]!));
    back.push(back[i - 1]! + far(way[i]!, way[i - 1]!));
  }
  return [there, back];
}
