// Key areas: parts of the map in order of what the service owes there. The list and the
// map are one selection.
import { api, ask, type Schemas } from "../api/client";
import { words } from "./desk.svelte";
import { allOwed, type KeyArea, type Owed } from "../parts/owed";


export class KeyAreas {
  by = $state<Owed>("late");
  /** The part that is chosen. */
  bin = $state<number | null>(null);
  found = $state<Schemas["KeyAreas"] | null>(null);
  trouble = $state("");
  #asked = 0;

  constructor(readonly changed: () => void) {
    this.readURL();
  }

  async load(round: string | null) {
    const asked = ++this.#asked;
    try {
      const found = await ask(api.GET("/api/v1/key-areas", { params: { query: { by: this.by, ...(round ? { round } : {}) } } }));
      if (asked !== this.#asked) return; // another was asked for meanwhile
      this.found = found;
      this.trouble = "";
    } catch (error) {
      if (asked === this.#asked) this.trouble = words(error);
    }
  }

  choose(by: Owed, round: string | null) {
    this.by = by;
    this.bin = null;
    this.changed();
    void this.load(round);
  }

  select(bin: number | null) {
    this.bin = bin;
    this.changed();
  }

  get selected(): KeyArea | null {
    return this.found?.items.find((area) => area.bin === this.bin) ?? null;
  }

  readURL() {
    const query = new URLSearchParams(location.search);
    this.by = allOwed.find((by) => by === query.get("by")) ?? "late";
    this.bin = query.has("part") ? Number(query.get("part")) : null;
  }
}
