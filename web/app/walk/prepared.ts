// What everybody may know and is needed at doors without a connection: words, the notice, and
// whom to call in a danger. It lies on the phone in the clear.
import { api, ask, type Lists, type Schemas } from "../api/client";
import { allLists, loadLists, setLists } from "../api/lists.svelte";

export interface Prepared {
  notice: Schemas["Notice"];
  duties: Schemas["Duty"][];
  lists?: Lists;
}

/** What was kept the last time. */
export function prepared(): Prepared | null {
  const kept = JSON.parse(localStorage.getItem("prepared") ?? "null") as Prepared | null;
  if (kept?.lists) setLists(kept.lists);
  return kept;
}

/** Fetches it and keeps it; without an answer it is what was kept. */
export async function prepare(): Promise<Prepared | null> {
  try {
    await loadLists();
    const [notice, duties] = await Promise.all([ask(api.GET("/api/v1/notices/consent")), ask(api.GET("/api/v1/duties"))]);
    const fresh = { notice, duties: duties.items, lists: allLists() } satisfies Prepared;
    localStorage.setItem("prepared", JSON.stringify(fresh));
    return fresh;
  } catch {
    return prepared();
  }
}
