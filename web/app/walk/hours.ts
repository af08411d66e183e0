// The order of what is left of a day in which some places asked for hours: who is there too
// late comes back another day, so that hours go before the length of the way.
import type { Day, DayStop } from "../api/client";
import { bestOrder, type Far } from "./order";

/** From when until when a visit may begin, in seconds of the day. */
export interface Hours {
  opens: number;
  closes: number;
}

/** The rest of a day: its places are numbered from 0, and -1 is where the way starts. */
export interface Rest {
  far: Far;
  /** Metres a second. */
  speed: number;
  /** When the way starts, in seconds of the day. */
  from: number;
  /** Seconds that a visit takes, by place. */
  visits: readonly number[];
  /** null where any time will do. */
  hours: readonly (Hours | null)[];
}

/** How an order turns out: places reached too late, seconds too late in all, when the last
 * visit is over, and metres. */
export interface Course {
  missed: number;
  late: number;
  over: number;
  metres: number;
}

export function follow(way: readonly number[], rest: Rest): Course {
  const course = { missed: 0, late: 0, over: rest.from, metres: 0 };
  way.forEach((place, i) => step(course, way[i - 1] ?? -1, place, rest));
  return course;
}

function step(course: Course, from: number, place: number, { far, speed, visits, hours }: Rest) {
  const metres = far(from, place);
  const asked = hours[place];
  const there = Math.max(course.over + metres / speed, asked?.opens ?? 0);
  if (asked && there > asked.closes) {
    course.missed++;
    course.late += there - asked.closes;
  }
  course.over = there + visits[place]!;
  course.metres += metres;
}

/** Fewest missed, then least late, then back first, then the shortest. */
export function better(a: Course, b: Course): boolean {
  const by = a.missed - b.missed || a.late - b.late || a.over - b.over || a.metres - b.metres;
  return by < -1e-6;
}

const exactTo = 7;
/** Orders that are looked at for one answer: under a second on a slow phone with 60 places. */
const mostLooked = 100_000;

/** The best order that is found; of all up to seven places. */
export function orderByHours(asked: Rest): number[] {
  const n = asked.visits.length;
  if (asked.hours.every((hours) => hours === null)) return bestOrder(n, asked.far);
  // Each way is looked at thousands of times.
  const far = Array.from({ length: n + 1 }, (_, from) => Float64Array.from({ length: n }, (_, to) => asked.far(from - 1, to)));
  const rest = { ...asked, far: (from: number, to: number) => far[from + 1]![to]! };
  if (n <= exactTo) return every(rest);
  const looked = { left: mostLooked };
  let best = [byHours(rest), bestOrder(n, rest.far)].map((way) => improve(way, rest, looked)).reduce((a, b) => (better(follow(b, rest), follow(a, rest)) ? b : a));
  let seed = 1;
  const random = (below: number) => (seed = (seed * 16807) % 2147483647) % below;
  while (looked.left > 0) {
    // Three parts change places (the double bridge), which no single step undoes.
    const [a, b, c] = [random(n), random(n), random(n)].sort((x, y) => x - y) as [number, number, number];
    const way = improve([...best.slice(0, a), ...best.slice(b, c), ...best.slice(a, b), ...best.slice(c)], rest, looked);
    if (better(follow(way, rest), follow(best, rest))) best = way;
  }
  return best;
}

/** Every order, left off where it cannot become the best: no place makes an order better. */
function every(rest: Rest): number[] {
  let [best, reached]: [number[], Course | null] = [[], null];
  const walk = (way: number[], left: readonly number[], so: Course) => {
    if (reached && !better(so, reached)) return;
    if (left.length === 0) [best, reached] = [way, so];
    for (const place of left) {
      const next = { ...so };
      step(next, way.at(-1) ?? -1, place, rest);
      walk([...way, place], left.filter((other) => other !== place), next);
    }
  };
  walk([], [...rest.visits.keys()], follow([], rest));
  return best;
}

/** The shortest order, with each place that asked for hours put where it does least harm, the first to close first. */
function byHours(rest: Rest): number[] {
  const places = [...rest.visits.keys()];
  const asked = places.filter((place) => rest.hours[place]).sort((a, b) => rest.hours[a]!.closes - rest.hours[b]!.closes);
  let way = bestOrder(places.length, rest.far).filter((place) => !rest.hours[place]);
  for (const place of asked) {
    const ways = Array.from({ length: way.length + 1 }, (_, at) => way.toSpliced(at, 0, place));
    way = ways.reduce((a, b) => (better(follow(b, rest), follow(a, rest)) ? b : a));
  }
  return way;
}

const longestPart = 3;

/** Moves parts, either way round, and turns parts, until nothing gets better or enough was looked at. */
function improve(way: number[], rest: Rest, looked: { left: number }): number[] {
  let so = follow(way, rest);
  const takes = (other: number[]) => {
    if (looked.left-- <= 0) return false;
    const then = follow(other, rest);
    if (!better(then, so)) return false;
    [way, so] = [other, then];
    return true;
  };
  for (let more = true; more; ) {
    more = false;
    for (let i = 0; i < way.length; i++) {
      for (let j = i; j < way.length; j++) {
        if (j > i && takes([...way.slice(0, i), ...way.slice(i, j + 1).reverse(), ...way.slice(j + 1)])) more = true;
        for (let k = 0; j < i + longestPart && k <= way.length - (j - i + 1); k++) {
          const [part, others] = [way.slice(i, j + 1), way.toSpliced(i, j - i + 1)];
          if (takes(others.toSpliced(k, 0, ...part)) || (j > i && takes(others.toSpliced(k, 0, ...part.reverse())))) more = true;
        }
      }
    }
  }
  return way;
}

/** Seconds of the day of a local time, 14:30:00. */
export function seconds(time: string): number {
  const [hours, minutes, rest] = time.split(":").map(Number) as [number, number, number];
  return hours * 3600 + minutes * 60 + rest;
}

/** Seconds of the day where the installation is. */
export function secondsOf(moment: number, timezone: string): number {
  return seconds(new Intl.DateTimeFormat("en-GB", { timeZone: timezone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }).format(moment));
}

const usualSpeed = 1.1; // metres a second on foot

/** What is left of a day at a time, in seconds of the day. Hours that are over bind no more:
 * who is late goes when it is shortest. */
export function restOf(day: Day, open: readonly DayStop[], at: number, far: Far): Rest {
  const [metres, walked] = [day.distance_m - day.last_distance_m, day.travel_s - day.last_travel_s];
  return {
    far,
    speed: metres > 0 && walked > 0 ? metres / walked : usualSpeed,
    from: Math.max(at, seconds(day.leave)),
    visits: open.map((stop) => seconds(stop.depart) - seconds(stop.start)),
    hours: open.map(({ opens, closes }) => (opens && closes && seconds(closes) >= at ? { opens: seconds(opens), closes: seconds(closes) } : null)),
  };
}
