// What a supervisor answers for at once: timers that lapsed, going in pairs, emergency
// openings.
import { all, api, ask, type Schemas } from "../api/client";
import { words } from "./desk.svelte";

const lookEvery = 60_000;

export class Safety {
  lapsed = $state<Schemas["LapsedTimer"][]>([]);
  proposals = $state<Schemas["PairProposal"][]>([]);
  openings = $state<Schemas["EmergencyOpening"][]>([]);
  /** The list of an opening that is shown, and the number of its print. */
  shown = $state<{ id: string; items: Schemas["Opened"][]; print: number | null } | null>(null);
  toTell = $state<Record<string, Schemas["ToTell"][]>>({});
  trouble = $state("");
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Looks for timers that lapsed, now and each minute, until stopped. */
  follow(): () => void {
    void this.look();
    this.#timer = setInterval(() => void this.look(), lookEvery);
    return () => clearInterval(this.#timer);
  }

  look() {
    return this.#attempt(async () => {
      this.lapsed = (await ask(api.GET("/api/v1/lone-timers"))).items;
    });
  }

  load() {
    return this.#attempt(async () => {
      const [proposals, openings] = await Promise.all([
        all(() => ask(api.GET("/api/v1/pairs"))),
        all(() => ask(api.GET("/api/v1/emergencies"))),
      ]);
      [this.proposals, this.openings] = [proposals, openings];
      for (const opening of openings.filter((o) => o.to_tell > 0)) {
        const params = { path: { id: opening.id } };
        this.toTell[opening.id] = (await ask(api.GET("/api/v1/emergencies/{id}/to-tell", { params }))).items;
      }
    });
  }

  pair(household: string, step: "confirm" | "end") {
    return this.#attempt(async () => {
      await ask(api.POST("/api/v1/households/{id}/pair", { params: { path: { id: household } }, body: { step } }));
      await this.load();
    });
  }

  propose(area: string, emergency: Schemas["Emergency"]) {
    return this.#attempt(async () => {
      const params = { path: { id: crypto.randomUUID() } };
      await ask(api.PUT("/api/v1/emergencies/{id}", { params, body: { area_id: area, emergency } }));
      await this.load();
    });
  }

  decide(id: string, step: "open" | "close") {
    return this.#attempt(async () => {
      await ask(api.POST("/api/v1/emergencies/{id}/decide", { params: { path: { id } }, body: { step } }));
      if (step === "close" && this.shown?.id === id) this.shown = null;
      await this.load();
    });
  }

  show(id: string) {
    return this.#attempt(async () => {
      const { items } = await ask(api.GET("/api/v1/emergencies/{id}/support", { params: { path: { id } } }));
      this.shown = { id, items, print: null };
    });
  }

  /** Takes the number of a print; the page is printed when it shows it. */
  print(id: string) {
    return this.#attempt(async () => {
      const { items, number } = await ask(api.POST("/api/v1/emergencies/{id}/print", { params: { path: { id } } }));
      this.shown = { id, items, print: number };
      await this.load();
    });
  }

  told(id: string, household: string) {
    return this.#attempt(async () => {
      await ask(api.POST("/api/v1/emergencies/{id}/told", { params: { path: { id } }, body: { household_id: household } }));
      this.toTell[id] = (this.toTell[id] ?? []).filter((place) => place.household_id !== household);
      await this.load();
    });
  }

  async #attempt(what: () => Promise<unknown>) {
    try {
      await what();
      this.trouble = "";
    } catch (error) {
      this.trouble = words(error);
    }
  }
}
