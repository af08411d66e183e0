// What a request of a resident ends with, by address or by code.
import type { Schemas } from "../../api/client";

export type Answered = Schemas["AnsweredRequest"] | Schemas["AnsweredCode"];

/** Gives the resident's report as a file; nothing of it stays in the browser. */
export function save(done: Answered) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(done.report, null, 2)], { type: "application/json" }));
  link.download = `report-${done.answered_on}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}
