// What somebody is about to bring, and the words for what goes wrong.
import { api, ask, Failure, type Schemas, type Term } from "../api/client";
import { t } from "../i18n/index.svelte";
import { newReceipt } from "../walk/receipt";

export type Kind = "hazard" | "service" | "dispute";
export type PublicArea = Schemas["PublicArea"];
export type PublicStreet = Schemas["PublicStreet"];

export const kinds: Kind[] = ["hazard", "service", "dispute"];

/** Sends a report or a wish for mediation once, however often it is tried. */
export class Draft {
  readonly id = crypto.randomUUID();
  readonly receipt = newReceipt();

  constructor(readonly matter: Term) {}

  report(place: { lon: number; lat: number }, inHome: boolean, text: string) {
    const body = { id: this.id, receipt: this.receipt, matter: this.matter.code, ...place, in_home: inHome, text };
    return ask(api.POST("/api/v1/reports", { body }));
  }

  mediation(area: string, contact: string) {
    return ask(api.POST("/api/v1/reports/mediation", { body: { id: this.id, receipt: this.receipt, matter: this.matter.code, area_id: area, contact } }));
  }
}

/** What went wrong, in words. */
export function wordsOf(failure: Failure): string {
  switch (failure.code) {
    case "text_person":
      return t("door_text_person");
    case "text_long":
      return t("door_text_long");
    case "outside":
      return t("door_outside");
    case "contact":
      return t("door_contact_wrong");
    case "no_report":
    case "receipt":
      return t("door_code_unknown");
  }
  if (failure.status === 0) return t("no_answer");
  if (failure.status === 429) return t("too_many_attempts", { n: failure.problem.retry_after_s ?? 60 });
  return failure.message;
}
