// A dispute as its mediators see it. What the parties said is asked for by a tap, since
// each look at it is written down.
import { api, ask, type Schemas } from "../api/client";
import { newReceipt } from "../walk/receipt";
import { words } from "./desk.svelte";

export type Party = Schemas["NewParty"];
export type Session = Schemas["MediationSession"];
export type Strokes = [number, number][][];

export class Mediation {
  mediators = $state<Schemas["Mediators"] | null>(null);
  asked = $state<Schemas["Dispute"] | null>(null);
  opened = $state<Schemas["Mediation"] | null>(null);
  contact = $state<string | null>(null);
  /** The code that a party was just given. */
  coded = $state<{ name: string; code: string } | null>(null);
  trouble = $state("");
  busy = $state(false);
  readonly #path: { params: { path: { id: string } } };

  constructor(
    readonly id: string,
    readonly today: string,
  ) {
    this.#path = { params: { path: { id } } };
  }

  load = () => this.#attempt(() => this.#look());

  async #look() {
    this.mediators = await ask(api.GET("/api/v1/disputes/{id}/mediators", this.#path));
    if (this.mediators.you) this.asked = await this.#find();
  }

  /** The dispute among the open ones of the area, of which there may be pages. */
  async #find(): Promise<Schemas["Dispute"] | null> {
    let cursor: string | undefined;
    do {
      const page = await ask(api.GET("/api/v1/disputes", { params: { query: { cursor, limit: 500 } } }));
      const found = page.items.find((one) => one.id === this.id);
      if (found) return found;
      cursor = page.next ?? undefined;
    } while (cursor);
    return null;
  }

  name = (account: string, insteadOf?: string) =>
    this.#attempt(async () => {
      const body = { id: crypto.randomUUID(), account_id: account, instead_of: insteadOf };
      this.mediators = await ask(api.POST("/api/v1/disputes/{id}/mediators", { ...this.#path, body }));
      if (!this.mediators.you) [this.opened, this.contact, this.asked] = [null, null, null];
    });

  open = () => this.#attempt(() => this.#read());

  async #read() {
    const opened = await ask(api.GET("/api/v1/disputes/{id}/mediation", this.#path));
    if (this.asked?.has_contact) this.contact ??= (await ask(api.GET("/api/v1/disputes/{id}/contact", this.#path))).contact;
    this.opened = opened;
  }

  confirm = () =>
    this.#attempt(async () => {
      await ask(api.POST("/api/v1/disputes/{id}/confirm", this.#path));
      await this.#look();
    });

  save = (party: Party) => this.#change(() => api.POST("/api/v1/disputes/{id}/parties", { ...this.#path, body: party }));
  /** Gives a party a code in the place of the one before. */
  giveCode = async (party: Schemas["Party"]) => {
    const code = newReceipt();
    const { coded: _, ...same } = party;
    this.coded = (await this.save({ ...same, receipt: code })) ? { name: party.name, code } : null;
  };
  remove = (id: string) => this.#change(() => api.POST("/api/v1/disputes/{id}/remove-party", { ...this.#path, body: { id } }));
  keep = (session: Session) => this.#change(() => api.POST("/api/v1/disputes/{id}/sessions", { ...this.#path, body: session }));
  agree = (agreement: Schemas["NewAgreement"]) => this.#change(() => api.POST("/api/v1/disputes/{id}/agreement", { ...this.#path, body: agreement }));
  /** What was written anew meanwhile is shown, and not signed. */
  sign = (agreement: string, party: string | null, strokes: Strokes) =>
    this.#attempt(async () => {
      try {
        await ask(api.POST("/api/v1/disputes/{id}/signatures", { ...this.#path, body: { id: crypto.randomUUID(), agreement_id: agreement, party_id: party, strokes } }));
      } finally {
        await this.#read();
      }
    });

  /** Whether it was done; then all is read again. */
  #change(call: () => Promise<{ data?: unknown; error?: unknown; response: Response }>): Promise<boolean> {
    return this.#attempt(async () => {
      await ask(call());
      await this.#read();
    });
  }

  async #attempt(what: () => Promise<unknown>): Promise<boolean> {
    this.busy = true;
    try {
      await what();
      this.trouble = "";
      return true;
    } catch (error) {
      this.trouble = words(error);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
