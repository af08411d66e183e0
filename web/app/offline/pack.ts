// The day pack: today and three days, so that a shift needs no connection. It is sealed to
// the phone's own key, which the worker's PIN opens, and is over after 72 hours.
import type { Day, Incident, Lists, Me, Schemas } from "../api/client";
import { fromBase64, newPhoneKey, seal, toBase64, unlock, type Opener, type PhoneKey } from "./seal";
import type { Ways } from "../walk/ways";
import { now } from "./clock";
import { forgetLone, readLone } from "./lone";
import { open, type SignedDay } from "./signed";
import { store } from "./store";

export interface Pack {
  form: 2;
  me: Me;
  days: Day[];
  /** The ways of each day that has some, by date. */
  ways?: Record<string, Ways>;
  lists: Lists;
  notice: Schemas["Notice"] | null;
  duties: Schemas["Duty"][];
  /** Open hazards and services near the stops: matter and state alone. */
  nearby: Pick<Incident, "id" | "matter" | "lon" | "lat" | "due_on">[];
}

/** The pack as it lies on the phone: its days as the server signed them. */
type LyingPack = Omit<Pack, "days"> & { days: SignedDay[] };

/** What the worker did today, so that it is there after a start without a connection. */
export interface Done {
  day: string;
  recorded: Record<string, { outcome: Schemas["Outcome"]; visit: string }>;
  order: string[];
}

/** What the supervisor told, and what of it was understood here. */
export interface Told {
  messages: Schemas["ToUnderstand"][];
  understood: string[];
}

interface Lying {
  box: string;
  /** The phone's clock when it came, ms. */
  at: number;
}

export const lease = 72 * 3600 * 1000;
const sealedFor = { pack: "rounds pack", done: "rounds done", told: "rounds messages" };
const wrongTries = 5;

/** A place that asked never to be visited, and the operation that says so. */
interface Gone {
  household: string;
  operation?: string;
}

export class Locker {
  #key: PhoneKey | undefined;
  #opener: Opener | undefined;
  /** Places that asked never to be visited, until a day from the server is without them:
   * ids, which say nothing without the day. */
  gone: readonly Gone[] = [];

  private constructor(readonly account: string) {}

  static async of(account: string): Promise<Locker> {
    const locker = new Locker(account);
    const key = await store.fact<PhoneKey>(`phone key:${account}`);
    if (key?.signKey) locker.#key = key;
    // That of an earlier release knows no server: the PIN is chosen again, and the day that it opens goes.
    else if (key) await locker.clear();
    // The first release kept the ids alone.
    const gone = (await store.fact<(Gone | string)[]>(`gone:${account}`)) ?? [];
    locker.gone = gone.map((one) => (typeof one === "string" ? { household: one } : one));
    return locker;
  }

  /** Whose day lies on this phone and can still be read. */
  static async last(): Promise<Locker | null> {
    const account = await store.fact<string>("last account");
    if (!account) return null;
    const locker = await Locker.of(account);
    const pack = await store.fact<Lying>(`pack:${account}`);
    if (!locker.#key || !pack) return null;
    if (over(pack.at, Date.now())) {
      await locker.clear();
      return null;
    }
    return locker;
  }

  get hasPIN(): boolean {
    return this.#key !== undefined;
  }

  /** signKey is the server's, of now. */
  async setPIN(pin: string, signKey: string) {
    const { key, opener } = await newPhoneKey(pin, signKey);
    [this.#key, this.#opener] = [key, opener];
    await store.setFact(`phone key:${this.account}`, key);
    await store.setFact(`wrong:${this.account}`, undefined);
  }

  /** false when the PIN is not right; after the fifth time the day is gone from the phone. */
  async unlock(pin: string): Promise<boolean> {
    if (!this.#key) return false;
    const wrong = ((await store.fact<number>(`wrong:${this.account}`)) ?? 0) + 1;
    await store.setFact(`wrong:${this.account}`, wrong); // before looking: pulling the plug gives no try back
    this.#opener = (await unlock(this.#key, pin)) ?? undefined;
    if (this.#opener) await store.setFact(`wrong:${this.account}`, undefined);
    else if (wrong >= wrongTries) await this.clear();
    return this.#opener !== undefined;
  }

  /** The day that was signed for this account by the key that was known when the PIN was
   * chosen. Otherwise it throws UnsignedDay. */
  read(signed: SignedDay): Promise<Day> {
    return open(signed, this.#key?.signKey ?? "", this.account, now());
  }

  async keep(pack: LyingPack) {
    if (await this.#seal("pack", pack)) await store.setFact("last account", this.account);
  }

  keepDone = (done: Done) => this.#seal("done", done);
  keepTold = (told: Told) => this.#seal("told", told);

  /** false when the worker keeps nothing on this phone. */
  async #seal(what: keyof typeof sealedFor, value: unknown): Promise<boolean> {
    if (!this.#key) return false;
    const box = await seal(this.#key.publicKey, sealedFor[what], JSON.stringify(value));
    await store.setFact(`${what}:${this.account}`, { box: toBase64(box), at: Date.now() } satisfies Lying);
    return true;
  }

  async setGone(gone: readonly Gone[]) {
    this.gone = gone;
    await store.setFact(`gone:${this.account}`, gone.length > 0 ? gone : undefined);
  }

  /** The day pack; throws UnsignedDay when it is not as the server made it, or is over. */
  async pack(): Promise<Pack | null> {
    const lying = await this.#open<LyingPack>("pack");
    return lying && { ...lying, days: await Promise.all(lying.days.map((day) => this.read(day))) };
  }

  done = () => this.#open<Done>("done");
  told = () => this.#open<Told>("told");

  async #open<T>(what: keyof typeof sealedFor): Promise<T | null> {
    const lying = await store.fact<Lying>(`${what}:${this.account}`);
    if (!lying || !this.#opener) return null;
    return JSON.parse(await this.#opener.open(sealedFor[what], fromBase64(lying.box))) as T;
  }

  /** Forgets the day and the key. What waits to be sent stays, and what of a lone worker's
   * timer the server is yet to hear. */
  async clear() {
    if (!(await readLone(this.account))?.owed) await forgetLone(this.account);
    for (const name of ["pack", "done", "told", "phone key", "wrong"]) await store.setFact(`${name}:${this.account}`, undefined);
    if ((await store.fact<string>("last account")) === this.account) await store.setFact("last account", undefined);
    this.#key = this.#opener = undefined;
  }
}

/** Over after the lease, also when the clock was set back. */
export function over(since: number, now: number): boolean {
  return Math.abs(now - since) > lease;
}
