// A report while somebody is on the telephone: what, where, Enter; then the next.
import { api, ask, type Incident, type Me, type Schemas, type Term } from "../api/client";
import { list } from "../api/lists.svelte";
import { newReceipt } from "../walk/receipt";

export interface Taken {
  receipt: string;
  matter: string;
  due: string;
}

type Street = Schemas["PublicStreet"] & { code: string };

export class RapidEntry {
  streets = $state.raw<Street[]>([]);
  matter = $state("");
  street = $state("");
  near = $state<Incident[]>([]);
  taken = $state<Taken[]>([]);
  #id = crypto.randomUUID();
  #receipt = newReceipt();

  constructor(readonly me: Me) {}

  get term(): Term | undefined {
    return list("matters").find((term) => term.code === this.matter);
  }

  get place(): Street | undefined {
    return this.streets.find((one) => one.code === this.street);
  }

  /** The streets of one's areas, as every map has them: no household is looked for. */
  async load() {
    const all = (await ask(api.GET("/api/v1/reports/areas"))).items;
    const mine = all.filter((area) => this.me.areas.some((own) => own.id === area.id));
    const lists = await Promise.all(
      (mine.length > 0 ? mine : all.filter((area) => area.parent_id === null)).map((area) => ask(api.GET("/api/v1/reports/areas/{id}/streets", { params: { path: { id: area.id } } }))),
    );
    this.streets = lists.flatMap(({ items }, i) => items.map((street) => ({ ...street, code: `${i} ${street.name}` })));
  }

  async lookAround() {
    this.near = [];
    const place = this.place;
    if (!this.term || this.term.kind === "dispute" || !place) return;
    const query = { matter: this.matter, lon: place.lon, lat: place.lat };
    const { items } = await ask(api.GET("/api/v1/duplicates", { params: { query } }));
    if (this.matter === query.matter && this.place === place) this.near = items;
  }

  /** Saves what was told; text or contact, as the matter wants. */
  async save(number: string, said: string) {
    const place = this.place!;
    const where = { matter: this.matter, lon: place.lon, lat: place.lat, source: "phone" as const, receipt: this.#receipt };
    let due: string;
    if (this.term?.kind === "dispute") {
      due = (await ask(api.PUT("/api/v1/disputes/{id}", { params: { path: { id: this.#id } }, body: { ...where, method: "phone", contact: said } }))).confirm_by;
    } else {
      const text = [number, said].filter(Boolean).join(". ");
      due = (await ask(api.PUT("/api/v1/incidents/{id}", { params: { path: { id: this.#id } }, body: { ...where, text } }))).due_on;
    }
    this.taken = [{ receipt: this.#receipt, matter: this.matter, due }, ...this.taken].slice(0, 5);
    this.next();
  }

  next() {
    this.#id = crypto.randomUUID();
    this.#receipt = newReceipt();
    this.matter = this.street = "";
    this.near = [];
  }
}
