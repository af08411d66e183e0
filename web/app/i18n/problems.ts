// What the server refuses, in the reader's language.
import type { Failure } from "../api/client";
import { fault } from "./complaints";
import en from "./en.json";
import { t, type Key } from "./index.svelte";

/** The words for a failure; the server's own where there are none. */
export function explain(failure: Failure): string {
  if (failure.status === 0) return t("no_answer");
  if (failure.status === 429) return t("too_many_attempts", { n: failure.problem.retry_after_s ?? 60 });
  if (failure.code === "password") return t("wrong_password");
  if (failure.code === "file") {
    const { field = "", detail = "" } = failure.problem;
    return fault({ field, problem: detail.replace(`${field} `, "") });
  }
  if (failure.code === "not_granted") return t("problem_not_granted", { worker: failure.problem.whose ?? "", area: failure.problem.where ?? "" });
  const key = `problem_${failure.code}`;
  return key in en ? t(key as Key) : failure.message || t("something_wrong");
}
