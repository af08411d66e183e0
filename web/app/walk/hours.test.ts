import { expect, test } from "vitest";
import { better, follow, orderByHours, seconds, secondsOf, type Hours, type Rest } from "./hours";
import { bestOrder, metres } from "./order";

let seed = 11;
const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;

/** Places in a square of a kilometre, some of which asked for two hours of the day. */
function town(n: number, asked: number): Rest {
  const places = Array.from({ length: n + 1 }, () => ({ lon: 1.5 + random() / 80, lat: 42.5 + random() / 110 }));
  const hours = Array.from({ length: n }, (_, i): Hours | null => {
    const opens = 9 * 3600 + Math.floor(random() * 4) * 3600;
    return i < asked ? { opens, closes: opens + 2 * 3600 } : null;
  });
  return { far: (a, b) => metres(places[a + 1]!, places[b + 1]!), speed: 1.2, from: 9 * 3600, visits: Array.from({ length: n }, () => 600), hours };
}

function orders(rest: number[]): number[][] {
  return rest.length < 2 ? [rest] : rest.flatMap((first, i) => orders(rest.toSpliced(i, 1)).map((more) => [first, ...more]));
}

const all = (n: number) => Array.from({ length: n }, (_, i) => i);

test("waits where it is too early, and counts how late it comes", () => {
  const rest: Rest = { far: () => 120, speed: 1.2, from: 36_000, visits: [600, 600], hours: [{ opens: 36_400, closes: 36_500 }, { opens: 0, closes: 36_900 }] };
  expect(follow([0, 1], rest)).toEqual({ missed: 1, late: 200, over: 37_700, metres: 240 });
  expect(follow([1, 0], rest)).toEqual({ missed: 1, late: 300, over: 37_400, metres: 240 });
  expect(orderByHours(rest)).toEqual([0, 1]);
});

test("up to seven places the order is the best of all, as trying every one says", () => {
  for (let round = 0; round < 12; round++) {
    const rest = town(1 + (round % 6), round % 4);
    const way = orderByHours(rest);
    expect(way.toSorted((a, b) => a - b)).toEqual(all(rest.visits.length));
    const reached = follow(way, rest);
    if (rest.hours.some(Boolean)) for (const other of orders(all(rest.visits.length))) expect(better(follow(other, rest), reached)).toBe(false);
  }
});

test("of many places those that asked for hours are reached in them, which the shortest way would miss", () => {
  let missedByLength = 0;
  for (let round = 0; round < 3; round++) {
    const rest = town(16, 5);
    const way = orderByHours(rest);
    expect(way.toSorted((a, b) => a - b)).toEqual(all(16));
    expect(follow(way, rest).missed).toBe(0);
    missedByLength += follow(bestOrder(16, rest.far), rest).missed;
  }
  expect(missedByLength).toBeGreaterThan(0);
});

test("where nobody asked for hours the order is the shortest", () => {
  const rest = town(20, 0);
  expect(orderByHours(rest)).toEqual(bestOrder(20, rest.far));
});

test("the time is that of the installation", () => {
  expect(seconds("14:30:05")).toBe(52_205);
  expect(secondsOf(Date.UTC(2027, 2, 1, 23, 30), "Europe/Andorra")).toBe(1800);
  expect(secondsOf(Date.UTC(2027, 6, 1, 12, 0), "Asia/Shanghai")).toBe(20 * 3600);
});
