// The worker's day: what the server planned and what was recorded here.
import { api, ask, Failure, type Day, type DayStop, type Me, type Schemas } from "../api/client";
import { allLists, setLists, word } from "../api/lists.svelte";
import { addDays, placeName } from "../i18n/format";
import { t } from "../i18n/index.svelte";
import { boxOf } from "../map/map";
import { now, today } from "../offline/clock";
import type { Done, Locker, Pack, Told as KeptTold } from "../offline/pack";
import { keepMap } from "../offline/shell";
import { signedDay, UnsignedDay, type SignedDay } from "../offline/signed";
import type { Kept } from "../offline/store";
import { metres } from "./order";
import { Order } from "./order.svelte";
import { Outbox, type Recorded } from "./outbox";
import { prepare } from "./prepared";
import { Told } from "./told.svelte";
import { partOf, reason } from "./words";

export type Outcome = Schemas["Outcome"];

const undoFor = 10_000;
const readAgain = 10_000; // ms, after the days were read the last time

export interface Toast {
  text: string;
  visit?: string;
  /** Until dismissed: nobody should miss it while walking. */
  stays?: boolean;
}

export class WorkDay {
  day = $state<Day | null>(null);
  nextDate = $state<string | null>(null);
  loading = $state(true);
  trouble = $state("");
  waiting = $state<readonly Kept[]>([]);
  /** How many are on their way into the phone's memory: until they are there, not all is sent. */
  keeping = $state(0);
  #keeping: Promise<unknown> = Promise.resolve();
  refused = $state<readonly Kept[]>([]);
  reachable = $state(true);
  toast = $state<Toast | null>(null);
  /** Whether the day is kept on this phone, for a shift without a connection. */
  kept = $state(false);
  /** What people are told before they agree. */
  notice = $state<Schemas["Notice"] | null>(null);
  /** Whom to call in a danger; read at the start, so that the page asks nobody. */
  duties = $state<Schemas["Duty"][]>([]);
  nearby = $state<Pack["nearby"]>([]);
  /** Outcomes that were recorded on this page, by household. */
  recorded = $state<Done["recorded"]>({});
  /** The stop whose card is open; undefined: the next one. */
  chosen = $state<string | undefined>(undefined);
  /** Whether an arrow shows where the stop is. */
  pointing = $state(false);
  readonly outbox: Outbox;
  readonly told: Told;
  readonly order: Order;
  #toastTimer: ReturnType<typeof setTimeout> | undefined;
  #coming: Day[] = [];
  #map: Promise<void> = Promise.resolve();
  readonly #leaving = new AbortController();
  /** Which plan the service has, and which the days that are shown are of. */
  #plan: string | undefined;
  #shownPlan: string | undefined;
  #reading = false;
  #readAt = 0;
  /** Consents that came from the server, which says when they end. */
  #consents: string[] = [];

  constructor(
    readonly me: Me,
    readonly locker: Locker,
    pack?: Pack | null,
    done?: Done | null,
    told?: KeptTold | null,
  ) {
    me.today = today(me.timezone);
    this.kept = locker.hasPIN;
    [this.told, this.order] = [new Told(locker, told), new Order(me)];
    this.outbox = new Outbox(me.account, {
      changed: ({ waiting, refused, reachable }) => ([this.waiting, this.refused, this.reachable] = [waiting, refused, reachable]),
      taken: () => {},
      refused: (kept) => this.#refused(kept),
      forget: (gone) => this.#forget(gone),
      signedOut: () => void this.signedOut(),
      told: (messages) => this.told.hear(messages),
      planned: (days) => this.#planned(days),
      notOurs: () => location.reload(), // it is theirs now
    });
    this.outbox.held = () => ({ households: [this.day, ...this.#coming].flatMap((day) => day?.stops.map((stop) => stop.household) ?? []), consents: this.#consents });
    if (pack) this.#unpack(pack, done ?? null);
  }

  #unpack(pack: Pack, done: Done | null) {
    [this.notice, this.duties, this.nearby, this.#coming] = [pack.notice, pack.duties, pack.nearby, pack.days];
    this.order.ways = pack.ways ?? {};
    setLists(pack.lists);
    const own = pack.days.find((day) => day.date === this.me.today) ?? null;
    if (done?.day === this.me.today) {
      this.recorded = done.recorded;
      this.order.own = done.order;
    }
    this.#show(own);
    this.nextDate = pack.days.find((day) => day.date > this.me.today)?.date ?? null;
    this.loading = false;
  }

  #show(day: Day | null) {
    this.day = day && { ...day, stops: day.stops.filter((stop) => !this.locker.gone.some(({ household }) => household === stop.household)) };
    this.#consents = [day, ...this.#coming].flatMap((one) => one?.stops.flatMap((stop) => stop.support.map((support) => support.consent_id)) ?? []);
  }

  /** A plan has changed the days, or the page began without a connection: they are read again. */
  #planned(plan: string) {
    this.#plan = plan;
    // What cannot be read now is tried again with a later sync, and not at once.
    if (plan === this.#shownPlan || this.#reading || Date.now() - this.#readAt < readAgain) return;
    const before = new Set(this.day?.stops.map((stop) => stop.household));
    void this.load().then(() => {
      if (this.trouble || this.#plan !== this.#shownPlan) return;
      const fresh = this.stops.filter((stop) => !before.has(stop.household)).length;
      if (fresh > 0 && before.size > 0) this.say({ text: t("plan_changed", { n: fresh }), stays: true });
      return this.keep();
    });
  }

  /** Sends what waits, then reads the day, so that it has what was sent. */
  async load() {
    this.trouble = "";
    [this.#reading, this.#readAt] = [true, Date.now()];
    try {
      await this.#load();
    } finally {
      this.#reading = false;
    }
  }

  async #load() {
    await this.outbox.read();
    await Promise.race([this.outbox.flush(), new Promise((resolve) => setTimeout(resolve, 4000))]);
    try {
      await this.outbox.sealKey(true);
      const plan = this.#plan;
      const day = await ask(api.GET("/api/v1/day"));
      if (!this.locker.hasPIN) await this.#confirm([day]);
      this.#show(day);
      this.#shownPlan = plan;
    } catch (error) {
      const failure = error as Failure;
      if (failure.status === 404) {
        this.#show(null);
        this.#shownPlan = this.#plan;
        this.nextDate = failure.problem.next_date ?? null;
      } else if (!this.day) this.trouble = failure.status === 0 ? t("no_answer") : failure.message;
    }
    this.loading = false;
  }

  /** What is needed at doors without a connection. */
  async prepare() {
    const fresh = await prepare();
    if (fresh) [this.notice, this.duties] = [fresh.notice, fresh.duties];
  }

  /** Fetches today and the next three days and seals them on the phone, with the map. */
  async keep() {
    if (!this.locker.hasPIN) {
      if (this.day) await this.order.find([this.day]);
      return;
    }
    const [days, signed]: [Day[], SignedDay[]] = [[], []];
    for (let n = 0; n < 4; n++) {
      try {
        const call = api.GET("/api/v1/day", { params: { query: { date: addDays(this.me.today, n) } }, parseAs: "text" });
        const day = signedDay((await ask(call)) as unknown as string, (await call).response.headers.get("Rounds-Signature"));
        days.push(await this.locker.read(day));
        signed.push(day);
      } catch (error) {
        if (error instanceof UnsignedDay) this.say({ text: t("day_unsigned"), stays: true });
        if (!(error instanceof Failure) || error.status !== 404) return; // what lies on the phone stays
      }
    }
    const places = days.flatMap((day) => day.stops.map((stop): [number, number] => [stop.lon, stop.lat]));
    const box = boxOf(places);
    if (box) {
      const bbox = [box[0] - 0.003, box[1] - 0.003, box[2] + 0.003, box[3] + 0.003].map((degrees) => degrees.toFixed(5)).join(",");
      const found = await ask(api.GET("/api/v1/incidents", { params: { query: { state: "open", bbox, limit: 200 } } })).catch(() => null);
      if (found) this.nearby = found.items.map(({ id, matter, lon, lat, due_on }) => ({ id, matter, lon, lat, due_on }));
    }
    this.#coming = days;
    await this.#confirm(days);
    await this.order.find(days);
    await this.locker.keep({
      form: 2, me: $state.snapshot(this.me) as Me, days: signed, ways: $state.snapshot(this.order.ways), lists: allLists(), notice: $state.snapshot(this.notice) as Schemas["Notice"] | null,
      duties: $state.snapshot(this.duties), nearby: $state.snapshot(this.nearby),
    });
    await Promise.all([this.#keepDone(), this.told.keep()]);
    this.kept = true;
    this.#map = keepMap(places, this.#leaving.signal).catch(() => {});
  }

  /** Fetches nothing more of the map; resolves when nothing of it is on its way, to be
   * written behind what signing out clears. */
  leaveMap(): Promise<void> {
    this.#leaving.abort();
    return this.#map;
  }

  async #keepDone() {
    await this.locker.keepDone({ day: this.me.today, recorded: $state.snapshot(this.recorded), order: $state.snapshot(this.order.own) });
  }

  #before(stop: DayStop): DayStop | undefined {
    return this.stops[this.stops.indexOf(stop) - 1];
  }

  /** The leg to a stop, from the one before it in the worker's own order; metres. */
  distanceTo = (stop: DayStop): number => this.order.distance(this.#before(stop), stop);

  /** How to get to a stop from the one before it; null when that is not known. */
  stepsTo = (stop: DayStop): Schemas["WalkStep"][] | null => this.order.steps(this.#before(stop), stop);

  /** What asked never to be visited and is in no day any more, now that it was sent, is confirmed. */
  async #confirm(days: readonly Day[]) {
    if (this.locker.gone.length === 0 || this.waiting.some((kept) => kept.kind === "never_visit")) return;
    const planned = new Set(days.flatMap((day) => day.stops.map((stop) => stop.household)));
    await this.locker.setGone(this.locker.gone.filter(({ household }) => planned.has(household)));
  }

  /** The session ended while the server was there: the day leaves the phone, what waits stays. */
  async signedOut() {
    await this.locker.clear();
    location.assign("/");
  }

  /** Another day has begun since the page was opened. */
  get isOver(): boolean {
    return today(this.me.timezone) !== this.me.today;
  }

  outcomeOf(stop: DayStop): Outcome | null {
    return this.recorded[stop.household]?.outcome ?? stop.outcome;
  }

  isDone(stop: DayStop): boolean {
    return stop.state === "finished" || this.outcomeOf(stop) !== null;
  }

  get stops(): DayStop[] {
    return this.order.of(this.day?.stops ?? []);
  }

  /** Puts a stop before all that are open, or behind them. */
  move(stop: DayStop, to: "next" | "last") {
    const others = this.stops.filter((other) => other !== stop);
    const open = others.filter((other) => !this.isDone(other));
    const order = [...others.filter((other) => this.isDone(other)), ...(to === "next" ? [stop, ...open] : [...open, stop])];
    this.#reorder(order);
    this.say({ text: t(to === "next" ? "moved_next" : "moved_last", { place: placeName(stop) }) });
  }

  /** Puts what is left into the best order that is found ([Order.shorten]). */
  shorten() {
    const [done, open] = [this.stops.filter((stop) => this.isDone(stop)), this.stops.filter((stop) => !this.isDone(stop))];
    const found = this.day && this.order.shorten(this.day, done, open);
    if (!found) return;
    this.say({ text: found.words, stays: true });
    if (found.stops) this.#reorder(found.stops);
  }

  #reorder(stops: DayStop[]) {
    this.order.set(stops);
    this.chosen = undefined;
    void this.#keepDone();
  }

  /** Places of all days on the phone within some metres of a place, the nearest first, with the day. */
  within(at: { lon: number; lat: number }, most: number): { stop: DayStop; date: string; metres: number }[] {
    const others = this.#coming.filter((day) => day.date !== this.me.today).flatMap((day) => day.stops.map((stop) => ({ stop, date: day.date })));
    const all = [...this.stops.map((stop) => ({ stop, date: this.me.today })), ...others];
    const first = new Map(all.toReversed().map((one) => [one.stop.household, one]));
    return [...first.values()].map((one) => ({ ...one, metres: metres(at, one.stop) })).filter((near) => near.metres <= most).sort((a, b) => a.metres - b.metres);
  }

  addPlace(at: { lon: number; lat: number }, street: string, number: string, doors: number) {
    const round = (degrees: number) => Math.round(degrees * 1e6) / 1e6;
    void this.add({
      kind: "household", made_on: this.me.today,
      household: { lon: round(at.lon), lat: round(at.lat), street, house_number: number, unit: "", postcode: "", place: "", doors },
    });
    this.say({ text: t("added"), stays: true });
  }

  get next(): DayStop | undefined {
    return this.stops.find((stop) => !this.isDone(stop));
  }

  get current(): DayStop | undefined {
    return this.stops.find((stop) => stop.household === this.chosen) ?? this.next;
  }

  get doneCount(): number {
    return this.stops.filter((stop) => this.isDone(stop)).length;
  }

  record(stop: DayStop, outcome: Outcome, leftCard = false) {
    const day = this.day;
    if (!day) return;
    const visit = crypto.randomUUID();
    const household = stop.household;
    this.recorded[household] = { outcome, visit };
    this.chosen = undefined; // the next stop opens by itself
    this.say({ text: t("recorded", { outcome: word("outcomes", outcome), place: placeName(stop) }), visit });
    void this.add({
      kind: "visit", id: visit, made_on: this.me.today,
      visit: { round_id: day.round.id, household_id: household, outcome, left_card: leftCard, visited_on: this.me.today, part: partOf(new Date(now())) },
    }, () => delete this.recorded[household]);
  }

  /** Keeps what was recorded; when the phone cannot, says so and undoes what it shows. */
  async add(recorded: Recorded, undo = () => {}) {
    try {
      await this.#keep(() => this.outbox.add(recorded));
      await this.#keepDone();
    } catch (error) {
      console.error(error);
      undo();
      this.say({ text: t("not_kept"), stays: true });
    }
  }

  /** Writes to the phone, one after the other. */
  #keep<T>(write: () => Promise<T>): Promise<T> {
    this.keeping++;
    const kept = this.#keeping.then(write).finally(() => this.keeping--);
    this.#keeping = kept.catch(() => {});
    return kept;
  }

  noteDoor(stop: DayStop, note: Schemas["DoorNote"], there: boolean) {
    const others = stop.door_notes.filter((other) => other.note !== note);
    const heard = stop.door_notes.find((other) => other.note === note)?.turn ?? 0;
    stop.door_notes = there ? [...others, { note, seen_on: this.me.today, turn: heard }] : others;
    void this.add({ kind: "door_note", made_on: this.me.today, door_note: { household_id: stop.household, note, seen_on: this.me.today, there, heard } });
  }

  /** The place goes from this phone at once, and from everything when it is sent. */
  neverVisit(stop: DayStop) {
    if (!this.day) return;
    this.day.stops = this.day.stops.filter((other) => other.household !== stop.household);
    delete this.recorded[stop.household];
    this.chosen = undefined;
    const id = crypto.randomUUID();
    void this.locker.setGone([...this.locker.gone, { household: stop.household, operation: id }]);
    void this.add({ kind: "never_visit", id, made_on: this.me.today, never_visit: { household_id: stop.household } });
    this.say({ text: t("never_visit_said") });
  }

  async undo(visit: string) {
    const household = Object.keys(this.recorded).find((id) => this.recorded[id]?.visit === visit);
    const before = household && this.recorded[household];
    if (household) {
      delete this.recorded[household];
      this.chosen = household;
    }
    const round = this.day?.round.id;
    try {
      await this.#keep(async () => {
        if (!(await this.outbox.takeBack(visit)) && round) await this.outbox.add({ kind: "retract", made_on: this.me.today, retract: { visit_id: visit, round_id: round } });
      });
      this.say({ text: t("undone") });
    } catch (error) {
      console.error(error);
      if (household && before) this.recorded[household] = before;
      this.say({ text: t("not_kept"), stays: true });
    }
    await this.#keepDone();
  }

  understand(message: Schemas["ToUnderstand"]) {
    this.told.understand(message);
    void this.add({ kind: "understood", made_on: this.me.today, understood: { message_id: message.id } }, () => this.told.takeBack(message));
  }

  say(toast: Toast) {
    clearTimeout(this.#toastTimer);
    this.toast = toast;
    if (!toast.stays) this.#toastTimer = setTimeout(() => (this.toast = null), undoFor);
  }

  #refused(kept: Kept) {
    this.#shownAgain(kept);
    this.say({ text: t("not_taken", { reason: reason(kept) }), stays: true });
  }

  /** Gives up for good what waits and the server cannot open. */
  async giveUp(kept: Kept) {
    await this.outbox.dismiss(kept.id);
    this.#shownAgain(kept);
    void this.outbox.flush();
  }

  /** What the server does not have did not happen: its stop is open again, as far as it is
   * planned, and the next sync tells which messages are not understood. */
  #shownAgain(kept: Kept) {
    if (kept.kind === "understood") this.told.forget();
    const household = Object.keys(this.recorded).find((id) => this.recorded[id]?.visit === kept.id);
    if (household) {
      delete this.recorded[household];
      void this.#keepDone();
    }
    const gone = this.locker.gone.filter(({ operation }) => operation !== kept.id);
    if (gone.length < this.locker.gone.length) void this.locker.setGone(gone).then(() => this.load());
  }

  #forget(gone: Schemas["Held"]) {
    if (gone.households.length + gone.consents.length === 0) return;
    const forget = (day: Day) => {
      day.stops = day.stops.filter((stop) => !gone.households.includes(stop.household));
      for (const stop of day.stops) stop.support = stop.support.filter((support) => !gone.consents.includes(support.consent_id));
    };
    if (this.day) forget(this.day);
    this.#coming.forEach(forget);
    if (this.kept) void this.keep();
  }
}
