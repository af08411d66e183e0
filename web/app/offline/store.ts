// What this phone keeps, in one database: the outbox, and facts by name. Nothing in it
// can be read without the server's key or the worker's PIN.
import { openDB, type DBSchema, type IDBPDatabase } from "idb";

/** An operation as it lies on the phone: sealed to the server, readable by nobody here. */
export interface Kept {
  id: string;
  account: string;
  kind: string;
  /** Counts what was recorded on this phone: the order in which it is sent. */
  turn: number;
  /** The phone's clock when it was recorded, ms. */
  at: number;
  /** Empty for a large one, whose box lies apart: see boxed. */
  box: string;
  large?: boolean;
  state: "unsent" | "sent" | "refused";
  /** It was on its way once: the server may have it. */
  tried?: boolean;
  /** Why it was refused, or waits although the server answered: the code of a problem. */
  code?: string;
}

interface Schema extends DBSchema {
  outbox: { key: string; value: Kept };
  /** Boxes of photos by id, so that looking at the outbox does not read them all. */
  large: { key: string; value: string };
  facts: { key: string; value: unknown };
}

/** The part of the database that the outbox needs. */
export interface OutboxStore {
  all(account: string): Promise<Kept[]>;
  /** What of anybody who worked with this phone was not sent. */
  left(): Promise<Kept[]>;
  /** Adds one with the next turn, which it gives. */
  add(kept: Omit<Kept, "turn">, seal: (turn: number) => Promise<string>): Promise<void>;
  put(kept: Kept[]): Promise<void>;
  /** Says that they are on their way now, and gives those that are still there, with their boxes. */
  try(ids: string[]): Promise<Kept[]>;
  /** The same with all boxes. */
  boxed(kept: readonly Kept[]): Promise<Kept[]>;
  /** Removes what was never on its way; false when it was. */
  takeBack(id: string): Promise<boolean>;
  remove(ids: string[]): Promise<void>;
  fact<T>(name: string): Promise<T | undefined>;
  setFact(name: string, value: unknown): Promise<void>;
}

const aLarge = 64 * 1024; // letters

let opened: Promise<IDBPDatabase<Schema>> | undefined;

function database() {
  opened ??= openDB<Schema>("rounds", 2, {
    upgrade(db, from) {
      if (from < 1) {
        db.createObjectStore("outbox", { keyPath: "id" });
        db.createObjectStore("facts");
      }
      if (from < 2) db.createObjectStore("large");
    },
    // Another tab wants a newer form of it.
    blocking: (_, __, event) => {
      (event.target as IDBDatabase).close();
      opened = undefined;
    },
    terminated: () => (opened = undefined),
  });
  return opened;
}

/** Writes; when the phone is full, the map makes room, as it can be fetched again. */
async function withRoom<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof DOMException) || error.name !== "QuotaExceededError") throw error;
    await caches.delete("map");
    return write();
  }
}

export const store: OutboxStore = {
  async all(account) {
    const kept = await (await database()).getAll("outbox");
    return kept.filter((one) => one.account === account).sort((a, b) => a.turn - b.turn);
  },
  async left() {
    // Looking makes no database where none is, such as after everything was cleared.
    const known = await indexedDB.databases?.().catch(() => null);
    if (known && !known.some(({ name }) => name === "rounds")) return [];
    return (await (await database()).getAll("outbox")).filter((kept) => kept.state !== "sent");
  },
  add: (kept, seal) =>
    withRoom(async () => {
      const db = await database();
      const count = db.transaction("facts", "readwrite");
      const turn = (((await count.store.get("turn")) as number | undefined) ?? 0) + 1;
      await count.store.put(turn, "turn");
      await count.done;
      const box = await seal(turn);
      const large = box.length > aLarge;
      const add = db.transaction(["outbox", "large"], "readwrite");
      if (large) await add.objectStore("large").put(box, kept.id);
      await add.objectStore("outbox").put({ ...kept, turn, ...(large ? { box: "", large } : { box }) });
      await add.done;
    }),
  put: (kept) =>
    withRoom(async () => {
      const change = (await database()).transaction("outbox", "readwrite");
      await Promise.all(kept.map((one) => change.store.put(one.large ? { ...one, box: "" } : one)));
      await change.done;
    }),
  async try(ids) {
    const change = (await database()).transaction("outbox", "readwrite");
    const there = (await Promise.all(ids.map((id) => change.store.get(id)))).filter((kept) => kept !== undefined).map((kept) => ({ ...kept, tried: true }));
    await Promise.all(there.map((kept) => change.store.put(kept)));
    await change.done;
    return store.boxed(there);
  },
  async boxed(kept) {
    const db = await database();
    return Promise.all(kept.map(async (one) => (one.large ? { ...one, box: (await db.get("large", one.id))! } : one)));
  },
  async takeBack(id) {
    const change = (await database()).transaction("outbox", "readwrite");
    const kept = await change.store.get(id);
    const back = kept?.state === "unsent" && !kept.tried;
    if (back) await change.store.delete(id);
    await change.done;
    return back;
  },
  async remove(ids) {
    const change = (await database()).transaction(["outbox", "large"], "readwrite");
    await Promise.all(ids.flatMap((id) => [change.objectStore("outbox").delete(id), change.objectStore("large").delete(id)]));
    await change.done;
  },
  fact: async <T>(name: string) => (await (await database()).get("facts", name)) as T | undefined,
  setFact: (name, value) =>
    withRoom(async () => {
      const db = await database();
      await (value === undefined ? db.delete("facts", name) : db.put("facts", value, name));
    }),
};
