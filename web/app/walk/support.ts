// What people at a door asked for, and agreed to have recorded.
import type { DayStop, Schemas } from "../api/client";
import { word } from "../api/lists.svelte";
import { addDays } from "../i18n/format";
import { t } from "../i18n/index.svelte";
import type { WorkDay } from "./day.svelte";

/** Keeps what somebody agreed to; the code is theirs, and shown by whoever calls this. */
export function recordConsent(work: WorkDay, stop: DayStop, agreed: Omit<Schemas["NewConsent"], "household_id" | "purpose" | "given_on">) {
  const id = crypto.randomUUID();
  void work.add({ kind: "consent", id, made_on: work.me.today, consent: { ...agreed, household_id: stop.household, purpose: "provide_services", given_on: work.me.today } });
  if (agreed.renews) stop.support = stop.support.filter((support) => support.consent_id !== agreed.renews);
  stop.support.push({
    consent_id: id,
    services: agreed.services,
    contact: agreed.contact || null,
    expires_on: agreed.expires_on,
    renew_from: addDays(agreed.expires_on, -60),
  });
}

export function withdraw(work: WorkDay, stop: DayStop, consent: string) {
  stop.support = stop.support.filter((support) => support.consent_id !== consent);
  void work.add({ kind: "withdraw", made_on: work.me.today, withdraw: { consent_id: consent } });
  work.say({ text: t("withdrawn_here") });
}

export function serviceDone(work: WorkDay, consent: string, service: Schemas["Service"]) {
  void work.add({ kind: "service_done", made_on: work.me.today, service_done: { consent_id: consent, service } });
  work.say({ text: t("service_done_said", { service: word("services", service) }) });
}
