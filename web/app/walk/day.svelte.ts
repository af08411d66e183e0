// The worker's day: what the server planned and what was recorded here.
import { api, ask, Failure, type Day, type DayStop, type Lists, type Me, type Schemas, type Term } from "../api/client";
import { allLists, loadLists, setLists, word } from "../api/lists.svelte";
import { addDays, day as dayName, distance, placeName } from "../i18n/format";
import { t } from "../i18n/index.svelte";
import { boxOf } from "../map/map";
import { now, today } from "../offline/clock";
import type { Done, Locker, Pack, Told } from "../offline/pack";
import { keepMap } from "../offline/shell";
import { signedDay, UnsignedDay, type SignedDay } from "../offline/signed";
import type { Kept } from "../offline/store";
import { better, follow, orderByHours, restOf, secondsOf } from "./hours";
import { metres, type Far } from "./order";
import { neverOpened, Outbox, type Recorded } from "./outbox";
import { findWays, metresOn, stepsOn, type Ways } from "./ways";

export type Outcome = Schemas["Outcome"];
type Part = Schemas["DayPart"];

const undoFor = 10_000;

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
  /** What the supervisor told, until the worker says that it is understood. */
  messages = $state<Told["messages"]>([]);
  /** Messages that were understood here, until the server does not send them any more. */
  #understood: string[] = [];
  /** Outcomes that were recorded on this page, by household. */
  recorded = $state<Done["recorded"]>({});
  /** The worker's own order of the day's households; empty: that of the plan. */
  order = $state<string[]>([]);
  /** The stop whose card is open; undefined: the next one. */
  chosen = $state<string | undefined>(undefined);
  /** Whether an arrow shows where the stop is. */
  pointing = $state(false);
  readonly outbox: Outbox;
  #toastTimer: ReturnType<typeof setTimeout> | undefined;
  #coming: Day[] = [];
  #map: Promise<void> = Promise.resolve();
  readonly #leaving = new AbortController();
  /** By date. */
  #ways = $state<Record<string, Ways>>({});
  /** Consents that came from the server, which says when they end. */
  #consents: string[] = [];

  constructor(
    readonly me: Me,
    readonly locker: Locker,
    pack?: Pack | null,
    done?: Done | null,
    told?: Told | null,
  ) {
    me.today = today(me.timezone);
    this.kept = locker.hasPIN;
    this.outbox = new Outbox(me.account, {
      changed: ({ waiting, refused, reachable }) => ([this.waiting, this.refused, this.reachable] = [waiting, refused, reachable]),
      taken: () => {},
      refused: (kept) => this.#refused(kept),
      forget: (gone) => this.#forget(gone),
      signedOut: () => void this.signedOut(),
      told: (messages) => this.#told(messages),
      notOurs: () => location.reload(), // it is theirs now
    });
    this.outbox.held = () => ({ households: [this.day, ...this.#coming].flatMap((day) => day?.stops.map((stop) => stop.household) ?? []), consents: this.#consents });
    if (told) [this.messages, this.#understood] = [told.messages, told.understood];
    if (pack) this.#unpack(pack, done ?? null);
  }

  #unpack(pack: Pack, done: Done | null) {
    [this.notice, this.duties, this.nearby, this.#coming] = [pack.notice, pack.duties, pack.nearby, pack.days];
    this.#ways = pack.ways ?? {};
    setLists(pack.lists);
    const own = pack.days.find((day) => day.date === this.me.today) ?? null;
    if (done?.day === this.me.today) {
      this.recorded = done.recorded;
      this.order = done.order;
    }
    this.#show(own);
    this.nextDate = pack.days.find((day) => day.date > this.me.today)?.date ?? null;
    this.loading = false;
  }

  #show(day: Day | null) {
    this.day = day && { ...day, stops: day.stops.filter((stop) => !this.locker.gone.some(({ household }) => household === stop.household)) };
    this.#consents = [day, ...this.#coming].flatMap((one) => one?.stops.flatMap((stop) => stop.support.map((support) => support.consent_id)) ?? []);
  }

  /** Sends what waits, then reads the day, so that it has what was sent. */
  async load() {
    this.trouble = "";
    await this.outbox.read();
    await Promise.race([this.outbox.flush(), new Promise((resolve) => setTimeout(resolve, 4000))]);
    try {
      await this.outbox.sealKey(true);
      const day = await ask(api.GET("/api/v1/day"));
      if (!this.locker.hasPIN) await this.#confirm([day]);
      this.#show(day);
    } catch (error) {
      const failure = error as Failure;
      if (failure.status === 404) {
        this.#show(null);
        this.nextDate = failure.problem.next_date ?? null;
      } else if (!this.day) this.trouble = failure.status === 0 ? t("no_answer") : failure.message;
    }
    this.loading = false;
  }

  /** What is needed at doors without a connection. */
  async prepare() {
    try {
      await loadLists();
      const [notice, duties] = await Promise.all([ask(api.GET("/api/v1/notices/consent")), ask(api.GET("/api/v1/duties"))]);
      [this.notice, this.duties] = [notice, duties.items];
      localStorage.setItem("prepared", JSON.stringify({ notice, duties: duties.items, lists: allLists() } satisfies Prepared));
    } catch {
      const kept = prepared();
      if (kept) [this.notice, this.duties] = [kept.notice, kept.duties];
    }
  }

  /** Fetches today and the next three days and seals them on the phone, with the map. */
  async keep() {
    if (!this.locker.hasPIN) {
      if (this.day) await this.#findWays([this.day]);
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
    await this.#findWays(days);
    await this.locker.keep({
      form: 2, me: $state.snapshot(this.me) as Me, days: signed, ways: $state.snapshot(this.#ways), lists: allLists(), notice: $state.snapshot(this.notice) as Schemas["Notice"] | null,
      duties: $state.snapshot(this.duties), nearby: $state.snapshot(this.nearby),
    });
    await Promise.all([this.#keepDone(), this.#keepTold()]);
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
    await this.locker.keepDone({ day: this.me.today, recorded: $state.snapshot(this.recorded), order: $state.snapshot(this.order) });
  }

  async #findWays(days: readonly Day[]) {
    const found = await Promise.all(days.map(async (day) => [day.date, await findWays(day)] as const));
    this.#ways = Object.fromEntries(found.flatMap(([date, ways]) => (ways ? [[date, ways]] : [])));
  }

  get #today(): Ways | null {
    return this.#ways[this.me.today] ?? null;
  }

  /** How far it is between two stops, on the streets where they are known. */
  #far(from: DayStop, to: DayStop): number {
    return metresOn(this.#today, from.household, to.household) ?? metres(from, to);
  }

  #before(stop: DayStop): DayStop | undefined {
    return this.stops[this.stops.indexOf(stop) - 1];
  }

  /** The leg to a stop, from the one before it in the worker's own order; metres. */
  distanceTo(stop: DayStop): number {
    const before = this.#before(stop);
    return this.order.length === 0 || !before ? stop.distance_m : this.#far(before, stop);
  }

  /** How to get to a stop from the one before it; null when that is not known. */
  stepsTo(stop: DayStop): Schemas["WalkStep"][] | null {
    const before = this.#before(stop);
    return before ? stepsOn(this.#today, before.household, stop.household) : null;
  }

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
    const stops = this.day?.stops ?? [];
    if (this.order.length === 0) return stops;
    const place = (stop: DayStop) => this.order.indexOf(stop.household);
    // What came later, by a new plan, is at the end.
    return stops.toSorted((a, b) => (place(a) < 0 ? Infinity : place(a)) - (place(b) < 0 ? Infinity : place(b)) || a.seq - b.seq);
  }

  /** Puts a stop before all that are open, or behind them. */
  move(stop: DayStop, to: "next" | "last") {
    const others = this.stops.filter((other) => other !== stop);
    const open = others.filter((other) => !this.isDone(other));
    const order = [...others.filter((other) => this.isDone(other)), ...(to === "next" ? [stop, ...open] : [...open, stop])];
    this.#reorder(order);
    this.say({ text: t(to === "next" ? "moved_next" : "moved_last", { place: placeName(stop) }) });
  }

  /** Puts what is left into the best order that is found, from the last door that was done:
   * the shortest, as far as it keeps to the hours that places asked for. */
  shorten() {
    const [done, open] = [this.stops.filter((stop) => this.isDone(stop)), this.stops.filter((stop) => !this.isDone(stop))];
    const start = done.at(-1) ?? open[0];
    if (!this.day || !start) return;
    const far: Far = (from, to) => this.#far(from < 0 ? start : open[from]!, open[to]!);
    const rest = restOf(this.day, open, secondsOf(now(), this.me.timezone), far);
    const way = orderByHours(rest);
    const [before, after] = [follow([...open.keys()], rest), follow(way, rest)];
    const asked = rest.hours.filter(Boolean).length;
    const kept = asked > 0 ? " " + t("asked_hours_kept", { n: asked - after.missed, m: asked }) : "";
    this.say({ text: t(this.#today ? "shortened" : "shortened_crow", { before: distance(before.metres), after: distance(after.metres) }) + kept, stays: true });
    if (asked > 0 ? better(after, before) : after.metres < before.metres) this.#reorder([...done, ...way.map((i) => open[i]!)]);
  }

  #reorder(stops: DayStop[]) {
    this.order = stops.map((stop) => stop.household);
    this.chosen = undefined;
    void this.#keepDone();
  }

  /** Stops within some metres of a place, the nearest first. */
  within(at: { lon: number; lat: number }, most: number): { stop: DayStop; metres: number }[] {
    return this.stops.map((stop) => ({ stop, metres: metres(at, stop) })).filter((near) => near.metres <= most).sort((a, b) => a.metres - b.metres);
  }

  addPlace(at: { lon: number; lat: number }, street: string, number: string, doors: number) {
    const round = (degrees: number) => Math.round(degrees * 1e6) / 1e6;
    void this.#add({
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
    void this.#add({
      kind: "visit", id: visit, made_on: this.me.today,
      visit: { round_id: day.round.id, household_id: household, outcome, left_card: leftCard, visited_on: this.me.today, part: partOf(new Date(now())) },
    }, () => delete this.recorded[household]);
  }

  /** Keeps what was recorded; when the phone cannot, says so and undoes what it shows. */
  async #add(recorded: Recorded, undo = () => {}) {
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

  /** Files a matter, with a picture of it (base64) when there is one. */
  report(matter: Term, told: Pick<Schemas["NewIncident"], "lon" | "lat" | "in_home" | "text">, picture: string | null) {
    const id = crypto.randomUUID();
    void this.#add({ kind: "incident", id, made_on: this.me.today, incident: { matter: matter.code, ...told, source: "doorstep" } });
    if (picture) void this.#add({ kind: "photo", made_on: this.me.today, photo: { incident_id: id, picture } });
    this.say({ text: t("report_saved", { date: dayName(addDays(this.me.today, matter.due_days ?? 0)), branch: word("branches", matter.branch ?? "") }), stays: true });
  }

  /** Keeps that one of the parties asked for mediation; the code is theirs. */
  askMediation(matter: Term, place: DayStop, asked: Pick<Schemas["NewDispute"], "receipt" | "contact" | "method">) {
    const dispute = { matter: matter.code, lon: place.lon, lat: place.lat, source: "doorstep" as const, ...asked };
    void this.#add({ kind: "dispute", made_on: this.me.today, dispute });
  }

  /** Keeps what somebody agreed to; the code is theirs, and shown by whoever calls this. */
  recordConsent(stop: DayStop, agreed: Omit<Schemas["NewConsent"], "household_id" | "purpose" | "given_on">) {
    const id = crypto.randomUUID();
    void this.#add({ kind: "consent", id, made_on: this.me.today, consent: { ...agreed, household_id: stop.household, purpose: "provide_services", given_on: this.me.today } });
    if (agreed.renews) stop.support = stop.support.filter((support) => support.consent_id !== agreed.renews);
    stop.support.push({
      consent_id: id,
      services: agreed.services,
      contact: agreed.contact || null,
      expires_on: agreed.expires_on,
      renew_from: addDays(agreed.expires_on, -60),
    });
  }

  withdraw(stop: DayStop, consent: string) {
    stop.support = stop.support.filter((support) => support.consent_id !== consent);
    void this.#add({ kind: "withdraw", made_on: this.me.today, withdraw: { consent_id: consent } });
    this.say({ text: t("withdrawn_here") });
  }

  serviceDone(consent: string, service: Schemas["Service"]) {
    void this.#add({ kind: "service_done", made_on: this.me.today, service_done: { consent_id: consent, service } });
    this.say({ text: t("service_done_said", { service: word("services", service) }) });
  }

  noteDoor(stop: DayStop, note: Schemas["DoorNote"], there: boolean) {
    const others = stop.door_notes.filter((other) => other.note !== note);
    const heard = stop.door_notes.find((other) => other.note === note)?.turn ?? 0;
    stop.door_notes = there ? [...others, { note, seen_on: this.me.today, turn: heard }] : others;
    void this.#add({ kind: "door_note", made_on: this.me.today, door_note: { household_id: stop.household, note, seen_on: this.me.today, there, heard } });
  }

  /** The place goes from this phone at once, and from everything when it is sent. */
  neverVisit(stop: DayStop) {
    if (!this.day) return;
    this.day.stops = this.day.stops.filter((other) => other.household !== stop.household);
    delete this.recorded[stop.household];
    this.chosen = undefined;
    const id = crypto.randomUUID();
    void this.locker.setGone([...this.locker.gone, { household: stop.household, operation: id }]);
    void this.#add({ kind: "never_visit", id, made_on: this.me.today, never_visit: { household_id: stop.household } });
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

  understand(message: Told["messages"][number]) {
    this.messages = this.messages.filter(({ id }) => id !== message.id);
    this.#understood.push(message.id);
    void this.#keepTold();
    void this.#add({ kind: "understood", made_on: this.me.today, understood: { message_id: message.id } }, () => {
      this.messages = [message, ...this.messages];
      this.#understood = this.#understood.filter((id) => id !== message.id);
    });
  }

  #told(messages: Told["messages"]) {
    this.#understood = this.#understood.filter((id) => messages.some((message) => message.id === id));
    this.messages = messages.filter(({ id }) => !this.#understood.includes(id));
    void this.#keepTold();
  }

  async #keepTold() {
    await this.locker.keepTold({ messages: $state.snapshot(this.messages), understood: this.#understood });
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
    if (kept.kind === "understood") this.#understood = [];
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

/** What everybody may know and a phone keeps: words, the notice, whom to call. */
interface Prepared {
  notice: Schemas["Notice"];
  duties: Schemas["Duty"][];
  lists?: Lists;
}

export function prepared(): Prepared | null {
  const kept = JSON.parse(localStorage.getItem("prepared") ?? "null") as Prepared | null;
  if (kept?.lists) setLists(kept.lists);
  return kept;
}

/** Why something was not taken, in words. */
export function reason(kept: Kept): string {
  const codes: Record<string, Parameters<typeof t>[0]> = {
    not_assigned: "why_not_assigned", round_closed: "why_round_closed", outside: "why_outside", consent_days: "why_consent_days", consent_ended: "why_consent_ended", no_household: "why_not_assigned",
    photo_in_home: "photo_not_home", sealed: "why_sealed", [neverOpened]: "why_never_opened", failed: "why_failed",
  };
  return t(codes[kept.code ?? ""] ?? "why_other");
}

/** The part of the day of a time. */
export function partOf(time: Date): Part {
  const hour = time.getHours();
  return hour < 12 ? "morning" : hour < 17 ? "afternoon" : "evening";
}

/** The part to try after nobody was home. */
export function nextPart(part: Part): Part {
  return part === "morning" ? "afternoon" : part === "afternoon" ? "evening" : "morning";
}
