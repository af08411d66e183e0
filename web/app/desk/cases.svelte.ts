// The cases that the desk shows: one list, and the one that is open. The URL holds both.
import { all, api, ask, type Schemas } from "../api/client";
import { words } from "./desk.svelte";

export type Case = Schemas["Case"];
export type CaseFile = Schemas["CaseFile"];
export type Command = Omit<Schemas["CaseCommand"], "id" | "seen">;
export type Unit = Schemas["Unit"];
/** Whose cases: those of the own units, all that are open, or what is over. */
export type Which = "mine" | "all" | "over";

export class Cases {
  which = $state<Which>("mine");
  stage = $state("");
  matter = $state("");
  unit = $state("");
  number = $state("");
  items = $state<Case[]>([]);
  next = $state<string | null>(null);
  loading = $state(true);
  units = $state<Unit[]>([]);
  file = $state<CaseFile | null>(null);
  trouble = $state("");

  constructor(handles: boolean) {
    this.which = handles ? "mine" : "all";
  }

  async load() {
    await this.#attempt(async () => {
      if (this.units.length === 0) this.units = await all((cursor) => ask(api.GET("/api/v1/units", { params: { query: { cursor, limit: 500 } } })));
      const page = await this.#page();
      this.items = page.items;
      this.next = page.next;
    });
    this.loading = false;
  }

  async more() {
    await this.#attempt(async () => {
      const page = await this.#page(this.next ?? undefined);
      this.items.push(...page.items);
      this.next = page.next;
    });
  }

  #page(cursor?: string) {
    const some = (text: string) => text.trim() || undefined;
    const query = {
      mine: this.which === "mine" || undefined,
      over: this.which === "over" || undefined,
      stage: some(this.stage) as Schemas["CaseStage"] | undefined,
      matter: some(this.matter),
      unit: some(this.unit),
      number: some(this.number),
      cursor,
      limit: 50,
    };
    return ask(api.GET("/api/v1/cases", { params: { query } }));
  }

  async open(id: string | null) {
    if (!id) {
      this.file = null;
      await this.load();
      return;
    }
    await this.#attempt(async () => {
      this.file = await ask(api.GET("/api/v1/cases/{id}", { params: { path: { id } } }));
    });
  }

  /** Takes a step in the case that is open; whether it was taken. */
  async take(command: Command): Promise<boolean> {
    const file = this.file;
    if (!file) return false;
    const body = { id: crypto.randomUUID(), seen: file.version, ...command };
    const taken = await this.#attempt(async () => {
      this.file = await ask(api.POST("/api/v1/cases/{id}/commands", { params: { path: { id: file.id } }, body }));
    });
    const trouble = this.trouble;
    // Somebody else was faster: what they did is shown, with the reason.
    if (!taken) await this.open(file.id);
    this.trouble = trouble;
    return taken;
  }

  async #attempt(what: () => Promise<unknown>): Promise<boolean> {
    try {
      await what();
      this.trouble = "";
      return true;
    } catch (error) {
      this.trouble = words(error);
      return false;
    }
  }
}
