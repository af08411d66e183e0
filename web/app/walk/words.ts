// What a worker reads about what was recorded, and the parts of a day.
import type { Schemas } from "../api/client";
import { t } from "../i18n/index.svelte";
import type { Kept } from "../offline/store";
import { neverOpened } from "./outbox";

type Part = Schemas["DayPart"];

/** Why something was not taken, in words. */
export function reason(kept: Kept): string {
  const codes: Record<string, Parameters<typeof t>[0]> = {
    not_assigned: "why_not_assigned", round_closed: "why_round_closed", outside: "why_outside", consent_days: "why_consent_days", consent_ended: "why_consent_ended", no_household: "why_not_assigned",
    photo_in_home: "photo_not_home", sealed: "why_sealed", [neverOpened]: "why_never_opened", failed: "why_failed",
  };
  return t(codes[kept.code ?? ""] ?? "why_other");
}

/** The part of the day of a time. */
export function partOf(time: Date): Part {
  const hour = time.getHours();
  return hour < 12 ? "morning" : hour < 17 ? "afternoon" : "evening";
}

/** The part to try after nobody was home. */
export function nextPart(part: Part): Part {
  return part === "morning" ? "afternoon" : part === "afternoon" ? "evening" : "morning";
}
