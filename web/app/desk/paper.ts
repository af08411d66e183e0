// How a line of a sheet is typed: letters first, the number over the ticked box last.
import type { Schemas } from "../api/client";

export type Part = Schemas["DayPart"];
export type Outcome = Schemas["Outcome"];

/** In the order of the boxes on paper, which is that of the closed list. */
export const boxes: Outcome[] = ["done", "not_home", "declined", "no_access", "vacant", "gone"];

const parts: Record<string, Part> = { m: "morning", a: "afternoon", e: "evening" };

export interface Line {
  outcome: Outcome;
  card: boolean;
  /** null: the part of the day in which the visit was planned. */
  part: Part | null;
}

/** What a line says: "1", or "ca2" for a card left in the afternoon; null for anything else. */
export function readLine(text: string): Line | null {
  const found = /^(c?)([mae]?)([1-6])$/i.exec(text.trim());
  if (!found) return null;
  return { card: found[1] !== "", part: parts[found[2]!.toLowerCase()] ?? null, outcome: boxes[Number(found[3]) - 1]! };
}

/** The part of the day of a time "13:30:00". */
export function partOf(time: string): Part {
  return time < "12" ? "morning" : time < "17" ? "afternoon" : "evening";
}

/** The sheet and the stop of a code "YT8NB6JW-7", typed or read by a scanner; the stop may be missing. */
export function readCode(text: string): { sheet: string; seq: number | null } | null {
  const found = /^\s*([0-9a-z]{4}[ -]?[0-9a-z]{4})(?:\s*-\s*(\d{1,3}))?\s*$/i.exec(text);
  if (!found) return null;
  return { sheet: found[1]!.replace(/[ -]/g, "").toUpperCase(), seq: found[2] ? Number(found[2]) : null };
}
