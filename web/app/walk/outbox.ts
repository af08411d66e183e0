// What was recorded and is not yet acknowledged. It is sealed and kept on the device
// before anything is sent; what was sent stays two weeks, to be sent again should the
// server come back from an older backup (docs/sync.md).
import { api, ask, Failure, type Schemas } from "../api/client";
import { hear } from "../offline/clock";
import { fileOf } from "../offline/handover";
import { seal, toBase64 } from "../offline/seal";
import { store as phone, type Kept, type OutboxStore } from "../offline/store";

export type Operation = Schemas["Operation"];
/** A part of the kind of an operation, without what the outbox adds. */
export type Recorded = { id?: string; made_on: string } & (
  | { kind: "visit"; visit: Schemas["Visit"] }
  | { kind: "retract"; retract: NonNullable<Operation["retract"]> }
  | { kind: "incident"; incident: Schemas["NewIncident"] }
  | { kind: "dispute"; dispute: Schemas["NewDispute"] }
  | { kind: "consent"; consent: Schemas["NewConsent"] }
  | { kind: "withdraw"; withdraw: NonNullable<Operation["withdraw"]> }
  | { kind: "service_done"; service_done: NonNullable<Operation["service_done"]> }
  | { kind: "door_note"; door_note: Omit<NonNullable<Operation["door_note"]>, "turn"> & { heard: number } }
  | { kind: "household"; household: Schemas["NewHousehold"] }
  | { kind: "photo"; photo: NonNullable<Operation["photo"]> }
  | { kind: "understood"; understood: NonNullable<Operation["understood"]> }
  | { kind: "never_visit"; never_visit: NonNullable<Operation["never_visit"]> }
);

export interface Watcher {
  changed(outbox: Outbox): void;
  taken(kept: Kept): void;
  refused(kept: Kept): void;
  forget(gone: Schemas["Held"]): void;
  /** The session ended: nothing is sent until somebody signs in. */
  signedOut(): void;
  /** What the worker is yet to say of that it is understood. */
  told(messages: Schemas["ToUnderstand"][]): void;
  /** What is another with each plan that changes the worker's days. */
  planned(days: string): void;
  /** Somebody else has signed in with this phone: what is here stays, sealed. */
  notOurs(): void;
}

/** What the outbox asks of the world; tests have another. */
export interface World {
  store: OutboxStore;
  send(body: Schemas["Sync"]): Promise<Schemas["Synced"]>;
  sealKey(): Promise<Schemas["SealKey"]>;
  /** Runs alone among all tabs of this phone. */
  alone<T>(run: () => Promise<T>): Promise<T>;
}

const retryAfter = 10_000;
const inOneSync = 100;
const lettersInOneSync = 3_000_000; // of 4 MiB that the server reads, with what is held
const oneDay = 24 * 3600 * 1000;
const keptSent = 14 * oneDay;
const sealedFor = "rounds operation";
/** The code of what waits and the server cannot open, although its worker is signed in. */
export const neverOpened = "never_opened";

interface Point {
  epoch: string;
  mark: string;
}

export class Outbox {
  /** Not acknowledged, in the order in which they were recorded. */
  waiting: readonly Kept[] = [];
  refused: readonly Kept[] = [];
  /** Whether the server answered last. */
  reachable = true;
  held: () => Schemas["Held"] = () => ({ households: [], consents: [] });
  #sending: Promise<void> | null = null;
  #again = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #tabs = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("rounds-outbox");

  constructor(
    readonly account: string,
    readonly watcher: Watcher,
    readonly world: World = here,
  ) {
    if (this.#tabs) this.#tabs.onmessage = () => void this.read();
  }

  /** Reads what lies on the phone, also what another tab recorded. */
  async read() {
    const all = await this.world.store.all(this.account);
    this.waiting = all.filter((kept) => kept.state === "unsent");
    this.refused = all.filter((kept) => kept.state === "refused");
    this.watcher.changed(this);
  }

  async #changed() {
    await this.read();
    this.#tabs?.postMessage("changed");
  }

  /** The server's public key and a ticket, of the last time that it answered. */
  async sealKey(fresh = false): Promise<Schemas["SealKey"]> {
    const name = `seal key:${this.account}`;
    const known = await this.world.store.fact<Schemas["SealKey"]>(name);
    if (known && !fresh) return known;
    try {
      const key = await this.world.sealKey();
      await this.world.store.setFact(name, key);
      return key;
    } catch (error) {
      if (known) return known;
      throw error;
    }
  }

  /** Keeps what was recorded; resolves when it lies on the phone. */
  async add(recorded: Recorded): Promise<void> {
    const { key, ticket } = await this.sealKey();
    const id = recorded.id ?? crypto.randomUUID();
    await this.world.store.add({ id, account: this.account, kind: recorded.kind, at: Date.now(), box: "", state: "unsent" }, async (turn) => {
      const operation = { ...recorded, id } as Operation & { door_note?: { heard?: number } };
      if (recorded.kind === "door_note") {
        const { heard, ...note } = recorded.door_note;
        operation.door_note = { ...note, turn: Math.max(turn, heard + 1) };
      }
      return toBase64(await seal(key, sealedFor, JSON.stringify({ account: this.account, ticket, operation })));
    });
    await this.#changed();
    void this.flush();
  }

  /** Takes back what was never on its way; false when the server may have it. */
  async takeBack(id: string): Promise<boolean> {
    const back = await this.world.store.takeBack(id);
    if (back) await this.#changed();
    return back;
  }

  /** Drops what the server will never take, or cannot open, after somebody read why. */
  async dismiss(id: string) {
    await this.world.store.remove([id]);
    await this.#changed();
  }

  /** Sends until all is sent or nobody answers; then tries again later. */
  flush(): Promise<void> {
    if (this.#sending) this.#again = true;
    this.#sending ??= this.world
      .alone(() => this.#run())
      .finally(() => {
        this.#sending = null;
        if (this.#again) {
          this.#again = false;
          void this.flush();
        }
      });
    return this.#sending;
  }

  async #run() {
    clearTimeout(this.#timer);
    try {
      let tried = new Set<string>();
      for (let more = true; more; ) {
        const all = await this.world.store.all(this.account);
        const left = all.filter((kept) => kept.state === "unsent" && !tried.has(kept.id));
        // Photos go last and one by one: on a slow connection nothing waits behind one.
        const small = fitting(left.filter((kept) => !kept.large));
        const next = small.length > 0 ? small : left.slice(0, 1);
        const part = await this.world.store.try(next.map(({ id }) => id));
        const restored = await this.#sync(part);
        for (const { id } of part) tried.add(id);
        if (restored) tried = new Set();
        more = restored || left.length > next.length;
      }
      this.reachable = true;
    } catch (error) {
      const status = error instanceof Failure ? error.status : 0;
      this.reachable = status !== 0 && status !== 503;
      if (status === 401) this.watcher.signedOut();
      else if (status === 0 || status >= 500 || status === 429 || status === 408) {
        const wait = error instanceof Failure ? (error.problem.retry_after_s ?? 0) * 1000 * (1 + Math.random()) : 0;
        this.#timer = setTimeout(() => void this.flush(), Math.max(wait, retryAfter));
      }
    }
    await this.#changed();
  }

  /** One exchange; true when everything is to be sent again. */
  async #sync(part: Kept[]): Promise<boolean> {
    const name = `point:${this.account}`;
    const point = await this.world.store.fact<Point>(name);
    const answer = await this.world.send({
      mark: point?.mark ?? "", operations: [], sealed: part.map(({ id, box }) => ({ id, box })), held: this.held(),
    });
    const ours = answer.account === this.account;
    const all = await this.world.store.all(this.account);
    const settled: Kept[] = [];
    for (const result of answer.results) {
      const kept = part.find((one) => one.id === result.id);
      if (!kept || !all.some(({ id }) => id === kept.id)) continue; // given up meanwhile
      if (result.state === "waits") {
        // With a code it is this one that stands in the way: it is listed, and sent again.
        const { code: _, ...waits } = kept;
        const code = result.code === "sealed" && ours ? neverOpened : result.code;
        settled.push({ ...waits, ...(code ? { code } : {}) });
        continue;
      }
      // When on the day somebody was at a door is nobody's business any more.
      const at = kept.at - (kept.at % oneDay);
      settled.push({ ...kept, at, state: result.state === "taken" ? "sent" : "refused", ...(result.code ? { code: result.code } : {}) });
    }
    const restored = point !== undefined && point.epoch !== answer.epoch;
    const old = Date.now() - keptSent;
    if (restored) settled.push(...all.filter((kept) => kept.state === "sent" && !part.some((one) => one.id === kept.id)).map((kept) => ({ ...kept, state: "unsent" as const })));
    await this.world.store.put(settled);
    await this.world.store.setFact(name, { epoch: answer.epoch, mark: answer.mark } satisfies Point);
    await this.world.store.remove(all.filter((kept) => kept.state === "sent" && kept.at < old).map(({ id }) => id));
    for (const kept of settled) {
      if (kept.state === "sent") this.watcher.taken(kept);
      if (kept.state === "refused") this.watcher.refused(kept);
    }
    if (ours) {
      this.watcher.forget(answer.forget);
      this.watcher.told(answer.messages);
      this.watcher.planned(answer.days);
    } else this.watcher.notOurs();
    return restored;
  }

  /** What was not sent, as a file that only the server can read. */
  file(): Promise<Blob> {
    return fileOf(this.world.store, this.account, [...this.waiting, ...this.refused]);
  }
}

/** The first of them that one sync has room for. */
function fitting(kept: readonly Kept[]): Kept[] {
  let letters = 0;
  const over = kept.findIndex(({ box }, i) => i === inOneSync || (letters += box.length) > lettersInOneSync);
  return kept.slice(0, over < 0 ? kept.length : over);
}

const here: World = {
  store: phone,
  async send(body) {
    const call = api.POST("/api/v1/sync", { body, signal: AbortSignal.timeout(body.sealed?.some(({ box }) => box.length > 64 * 1024) ? 55_000 : 30_000) });
    void call.then(({ response }) => hear(response), () => {});
    return ask(call);
  },
  sealKey: () => ask(api.GET("/api/v1/sync/key")),
  alone: (run) => navigator.locks.request("rounds-outbox", run) as Promise<Awaited<ReturnType<typeof run>>>,
};
