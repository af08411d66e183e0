// Sums of what teams have on each day.
import type { Schemas } from "../api/client";

export interface Row {
  label: string;
  planned: number;
  finished: number;
  minutes: number;
}

/** Sums by a name, in the order in which names come. */
export function sumBy(days: Schemas["TeamDay"][], name: (one: Schemas["TeamDay"]) => string): Row[] {
  const rows = new Map<string, Row>();
  for (const one of days) {
    const label = name(one);
    const row = rows.get(label) ?? { label, planned: 0, finished: 0, minutes: 0 };
    rows.set(label, { label, planned: row.planned + one.planned, finished: row.finished + one.finished, minutes: row.minutes + one.minutes });
  }
  return [...rows.values()];
}
