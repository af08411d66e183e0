import { expect, test } from "vitest";
import { length, metres, shortWay } from "./order";

const at = (x: number, y: number) => ({ lon: 1.5 + x / 1000, lat: 42.5 + y / 1000 });

test("a degree of latitude is 111 km", () => {
  expect(metres({ lon: 1, lat: 42 }, { lon: 1, lat: 43 })).toBeCloseTo(111_195, -1);
});

test("a short way visits all places once and is no longer than the best of every order", () => {
  let seed = 7;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  for (let round = 0; round < 30; round++) {
    const start = at(random() * 10, random() * 10);
    const places = Array.from({ length: 6 }, () => at(random() * 10, random() * 10));
    const orders = (rest: typeof places): (typeof places)[] => (rest.length < 2 ? [rest] : rest.flatMap((first, i) => orders(rest.toSpliced(i, 1)).map((more) => [first, ...more])));
    const best = Math.min(...orders(places).map((order) => length(start, order)));
    const way = shortWay(start, places);
    expect(new Set(way)).toEqual(new Set(places));
    expect(length(start, way)).toBeLessThan(best * 1.25);
    expect(length(start, way)).toBeLessThanOrEqual(length(start, places) + 0.1);
  }
});
