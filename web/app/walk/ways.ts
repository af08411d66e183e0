// The ways between the doors of a day, as the server finds them on the streets: how far
// all are from each other, and how to get from each to the next one planned.
import { api, ask, type Day, type Schemas } from "../api/client";

export interface Ways {
  households: string[];
  /** Metres from each to each; -1 where no way leads. */
  metres: number[][];
  /** From each household to the next. */
  legs: Schemas["Walk"]["legs"];
}

const mostPoints = 60;

/** null when the server has no streets, or no way: as the crow flies, then. */
export async function findWays(day: Day): Promise<Ways | null> {
  const households = day.stops.map((stop) => stop.household).slice(0, mostPoints);
  if (households.length < 2) return null;
  const points = households.map((household) => ({ household }));
  const found = await ask(api.POST("/api/v1/route", { body: { mode: day.round.mode, points, matrix: true } })).catch(() => null);
  return found?.matrix ? { households, metres: found.matrix, legs: found.legs } : null;
}

/** How far it is on the streets; null when they are not known. */
export function metresOn(ways: Ways | null, from: string, to: string): number | null {
  const far = ways?.metres[ways.households.indexOf(from)]?.[ways.households.indexOf(to)];
  return far === undefined || far < 0 ? null : far;
}

/** How to get there, street by street; null but for what was planned one after the other. */
export function stepsOn(ways: Ways | null, from: string, to: string): Schemas["WalkStep"][] | null {
  const at = ways?.households.indexOf(from) ?? -1;
  return at >= 0 && ways!.households[at + 1] === to ? (ways!.legs[at]?.steps ?? null) : null;
}
