import { expect, test } from "vitest";
import { bearing, bestOrder, length, metres, search, shortest, type Far } from "./order";

const at = (x: number, y: number) => ({ lon: 1.5 + x / 1000, lat: 42.5 + y / 1000 });

test("a degree of latitude is 111 km, and north is 0", () => {
  expect(metres({ lon: 1, lat: 42 }, { lon: 1, lat: 43 })).toBeCloseTo(111_195, -1);
  expect(bearing(at(0, 0), at(0, 1))).toBeCloseTo(0, 1);
  expect(bearing(at(0, 0), at(1, 0))).toBeCloseTo(90, 1);
  expect(bearing(at(0, 0), at(-1, 0))).toBeCloseTo(270, 1);
});

let seed = 7;
const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;

/** Ways that are longer than the crow flies, and not as long there as back. */
function streets(n: number): Far {
  const places = Array.from({ length: n + 1 }, () => at(random() * 10, random() * 10));
  const detour = places.map(() => places.map(() => 1 + random()));
  return (from, to) => metres(places[from + 1]!, places[to + 1]!) * detour[from + 1]![to + 1]!;
}

function orders(rest: number[]): number[][] {
  return rest.length < 2 ? [rest] : rest.flatMap((first, i) => orders(rest.toSpliced(i, 1)).map((more) => [first, ...more]));
}

const all = (n: number) => Array.from({ length: n }, (_, i) => i);

test("up to ten places the order is the best of all, as trying every one says", () => {
  expect(bestOrder(0, () => 0)).toEqual([]);
  for (let round = 0; round < 40; round++) {
    const n = 1 + (round % 7);
    const far = streets(n);
    const way = bestOrder(n, far);
    expect(way.toSorted((a, b) => a - b)).toEqual(all(n));
    expect(length(way, far)).toBeCloseTo(Math.min(...orders(all(n)).map((order) => length(order, far))), 6);
  }
});

// The best of twelve is found by looking at all: seconds, more on a busy machine.
test("beyond ten the search is within two in a hundred of the best, and has each place once", { timeout: 120_000 }, () => {
  let longer = 0;
  for (let round = 0; round < 12; round++) {
    const far = streets(12);
    const way = bestOrder(12, far);
    expect(way.toSorted((a, b) => a - b)).toEqual(all(12));
    longer += length(way, far) / length(shortest(12, far), far) - 1;
  }
  expect(longer / 12).toBeLessThan(0.02);
  const far = streets(40);
  expect(search(40, far).toSorted((a, b) => a - b)).toEqual(all(40));
});
