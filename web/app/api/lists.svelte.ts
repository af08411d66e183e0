// The closed lists, in the reader's language.
import { language } from "../i18n/index.svelte";
import { api, ask, type Lists, type Term } from "./client";

let lists = $state<Lists | null>(null);

export async function loadLists() {
  lists ??= await ask(api.GET("/api/v1/lists"));
}

/** Asks again what this installation chose: the browser keeps an answer for minutes. */
export async function reloadLists() {
  lists = await ask(api.GET("/api/v1/lists", { cache: "reload" }));
}

/** Those of the day pack, until the server is heard. */
export function setLists(kept: Lists) {
  lists ??= kept;
}

export const allLists = (): Lists => $state.snapshot(lists) ?? {};

export function list(name: string): Term[] {
  return lists?.[name] ?? [];
}

/** The word for a code of a list; the code itself while the lists load. */
export function word(name: string, code: string): string {
  const term = list(name).find((entry) => entry.code === code);
  if (!term) return code;
  return language() === "zh-Hans" ? term.zh : term.en;
}
