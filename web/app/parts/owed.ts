// What a service owes, in figures.
import type { Schemas } from "../api/client";

export type Owed = Schemas["KeyAreas"]["by"];
export type KeyArea = Schemas["KeyArea"];
export const allOwed: Owed[] = ["late", "open", "to_visit", "support"];

/** The figure that the order is by. */
export function owes(area: KeyArea, by: Owed): number {
  switch (by) {
    case "late":
      return (area.overdue ?? 0) + (area.late ?? 0);
    case "open":
      return area.open ?? area.reported?.count ?? 0;
    case "to_visit":
      return area.to_visit ?? 0;
    case "support":
      return area.support?.count ?? 0;
  }
}

/** Lower bounds of five classes up to the most that is owed, fewer when that is little. */
export function owedClasses(areas: KeyArea[], by: Owed): number[] {
  const most = Math.max(0, ...areas.map((area) => owes(area, by)));
  return [...new Set([0, 0.2, 0.4, 0.6, 0.8].map((share) => Math.max(1, Math.ceil(share * most))))];
}
