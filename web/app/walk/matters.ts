// Matters at a place: hazards and services, and mediation that a party asked for.
import type { DayStop, Schemas, Term } from "../api/client";
import { word } from "../api/lists.svelte";
import { addDays, day } from "../i18n/format";
import { t } from "../i18n/index.svelte";
import type { WorkDay } from "./day.svelte";

/** Files a matter, with a picture of it (base64) when there is one. */
export function report(work: WorkDay, matter: Term, told: Pick<Schemas["NewIncident"], "lon" | "lat" | "in_home" | "text">, picture: string | null) {
  const id = crypto.randomUUID();
  void work.add({ kind: "incident", id, made_on: work.me.today, incident: { matter: matter.code, ...told, source: "doorstep" } });
  if (picture) void work.add({ kind: "photo", made_on: work.me.today, photo: { incident_id: id, picture } });
  work.say({ text: t("report_saved", { date: day(addDays(work.me.today, matter.due_days ?? 0)), branch: word("branches", matter.branch ?? "") }), stays: true });
}

/** Keeps that one of the parties asked for mediation; the code is theirs. */
export function askMediation(work: WorkDay, matter: Term, place: DayStop, asked: Pick<Schemas["NewDispute"], "receipt" | "contact" | "method">) {
  const dispute = { matter: matter.code, lon: place.lon, lat: place.lat, source: "doorstep" as const, ...asked };
  void work.add({ kind: "dispute", made_on: work.me.today, dispute });
}
