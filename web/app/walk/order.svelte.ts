// The worker's own order of a day, and the ways between its doors.
import type { Day, DayStop, Me, Schemas } from "../api/client";
import { distance } from "../i18n/format";
import { t } from "../i18n/index.svelte";
import { now } from "../offline/clock";
import { better, follow, orderByHours, restOf, secondsOf } from "./hours";
import { metres, type Far } from "./order";
import { findWays, metresOn, stepsOn, type Ways } from "./ways";

export class Order {
  /** The day's households as the worker wants them; empty: as they were planned. */
  own = $state<string[]>([]);
  /** By date. */
  ways = $state<Record<string, Ways>>({});

  constructor(readonly me: Me) {}

  async find(days: readonly Day[]) {
    const found = await Promise.all(days.map(async (day) => [day.date, await findWays(day)] as const));
    this.ways = Object.fromEntries(found.flatMap(([date, ways]) => (ways ? [[date, ways]] : [])));
  }

  get #today(): Ways | null {
    return this.ways[this.me.today] ?? null;
  }

  /** How far it is between two stops, on the streets where they are known. */
  #far(from: DayStop, to: DayStop): number {
    return metresOn(this.#today, from.household, to.household) ?? metres(from, to);
  }

  of(stops: DayStop[]): DayStop[] {
    if (this.own.length === 0) return stops;
    const place = (stop: DayStop) => this.own.indexOf(stop.household);
    // What came later, by a new plan, is at the end.
    return stops.toSorted((a, b) => (place(a) < 0 ? Infinity : place(a)) - (place(b) < 0 ? Infinity : place(b)) || a.seq - b.seq);
  }

  /** The leg to a stop from the one before it, when there is one; metres. */
  distance(before: DayStop | undefined, stop: DayStop): number {
    return this.own.length === 0 || !before ? stop.distance_m : this.#far(before, stop);
  }

  /** How to get from a stop to the next one; null when that is not known. */
  steps(before: DayStop | undefined, stop: DayStop): Schemas["WalkStep"][] | null {
    return before ? stepsOn(this.#today, before.household, stop.household) : null;
  }

  set(stops: DayStop[]) {
    this.own = stops.map((stop) => stop.household);
  }

  /** The open stops of a day in the best order that is found, from the last door that was
   * done: the shortest, as far as it keeps to the hours that places asked for. Says what it
   * gains; null when nothing is left. */
  shorten(day: Day, done: DayStop[], open: DayStop[]): { stops: DayStop[] | null; words: string } | null {
    const start = done.at(-1) ?? open[0];
    if (!start) return null;
    const far: Far = (from, to) => this.#far(from < 0 ? start : open[from]!, open[to]!);
    const rest = restOf(day, open, secondsOf(now(), this.me.timezone), far);
    const way = orderByHours(rest);
    const [before, after] = [follow([...open.keys()], rest), follow(way, rest)];
    const asked = rest.hours.filter(Boolean).length;
    const kept = asked > 0 ? " " + t("asked_hours_kept", { n: asked - after.missed, m: asked }) : "";
    const gains = asked > 0 ? better(after, before) : after.metres < before.metres;
    return {
      stops: gains ? [...done, ...way.map((i) => open[i]!)] : null,
      words: t(this.#today ? "shortened" : "shortened_crow", { before: distance(before.metres), after: distance(after.metres) }) + kept,
    };
  }
}
