// The lone-worker timer as this phone keeps it: it runs and warns without a connection, and
// the server hears of it with the next one. A time is kept and nothing else, in the clear, so
// that the warning waits for no PIN; where somebody is, is neither kept nor sent.
import { api, ask } from "../api/client";
import { now } from "../offline/clock";
import { loneFact, readLone, tellLone, type KeptLone } from "../offline/lone";
import { store } from "../offline/store";

const beat = 10_000;
const soon = 5; // minutes before it lapses

export class Lone {
  lapses = $state<number | null>(null);
  owed = $state(false);
  #time = $state(now());
  #telling = false;
  #again = false;
  #ended = false;
  /** How often it was started or stopped here. */
  #settings = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(readonly account: string) {}

  /** Whole minutes that are left; 0 and below: it has lapsed. null: none runs. */
  get left(): number | null {
    return this.lapses === null ? null : Math.ceil((this.lapses - this.#time) / 60_000);
  }

  get warns(): boolean {
    return this.left !== null && this.left <= soon;
  }

  async begin() {
    this.#timer = setInterval(() => this.#beat(), beat);
    const before = this.#settings;
    const kept = await readLone(this.account);
    if (this.#settings !== before) return; // started or stopped meanwhile, which holds
    if (kept) [this.lapses, this.owed] = [kept.lapses, kept.owed];
    if (this.owed) return this.#tell();
    try {
      const { lapses_at } = await ask(api.GET("/api/v1/lone-timer"));
      if (this.#settings !== before) return; // the answer may be from before
      this.lapses = lapses_at === null ? null : Date.parse(lapses_at);
      await this.#keep();
    } catch {
      // What lies on the phone holds.
    }
  }

  /** Nothing is told or written any more: what is left on the phone somebody else clears. */
  end() {
    this.#ended = true;
    clearInterval(this.#timer);
  }

  start(minutes: number) {
    return this.#set(now() + minutes * 60_000);
  }

  stop() {
    return this.#set(null);
  }

  async #set(lapses: number | null) {
    this.#settings++;
    [this.lapses, this.owed, this.#time] = [lapses, true, now()];
    // First where it counts: a phone that cannot keep it warns all the same, and tells.
    await this.#keep().catch(console.error);
    await this.#tell();
  }

  async #keep() {
    if (this.#ended) return;
    await store.setFact(loneFact(this.account), this.lapses === null && !this.owed ? undefined : ({ lapses: this.lapses, owed: this.owed } satisfies KeptLone));
  }

  #beat() {
    this.#time = now();
    if (this.left !== null && this.left <= 0) navigator.vibrate?.([400, 200, 400]);
    if (this.owed) void this.#tell();
  }

  /** Tells the server the last word, once it answers. */
  async #tell() {
    this.#again = this.#telling;
    if (this.#telling || this.#ended) return;
    this.#telling = true;
    const told = this.lapses;
    if (await tellLone(told)) this.owed = this.lapses !== told;
    this.#telling = false;
    await this.#keep().catch(console.error);
    if (this.#again) await this.#tell();
  }
}
