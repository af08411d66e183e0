// The worker's day: what the server planned and what was recorded here.
import { api, ask, Failure, type Day, type DayStop, type Me, type Schemas } from "../api/client";
import { word } from "../api/lists.svelte";
import { addDays, day as dayName, placeName } from "../i18n/format";
import { t } from "../i18n/index.svelte";
import { Outbox, type Operation } from "./outbox";

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
  waiting = $state(0);
  reachable = $state(true);
  toast = $state<Toast | null>(null);
  /** What people are told before they agree. */
  notice = $state<Schemas["Notice"] | null>(null);
  /** Whom to call in a danger; read at the start, so that the page asks nobody. */
  duties = $state<Schemas["Duty"][]>([]);
  /** Outcomes that were recorded on this page, by household. */
  recorded = $state<Record<string, { outcome: Outcome; visit: string }>>({});
  /** The stop whose card is open; undefined: the next one. */
  chosen = $state<string | undefined>(undefined);
  readonly outbox: Outbox;
  #toastTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly me: Me) {
    this.outbox = new Outbox(me.account, {
      changed: (waiting, reachable) => ((this.waiting = waiting), (this.reachable = reachable)),
      recorded: () => {},
      reported: (incident) => this.say({ text: t("report_saved", { date: dayName(incident.due_on) }), stays: true }),
      refused: (operation, why) => this.#refused(operation, why),
    });
    this.waiting = this.outbox.waiting.length;
    for (const operation of this.outbox.waiting) this.#remember(operation);
    void this.outbox.flush();
  }

  async load() {
    this.loading = true;
    this.trouble = "";
    try {
      this.day = await ask(api.GET("/api/v1/day"));
    } catch (error) {
      const failure = error as Failure;
      if (failure.status === 404) this.nextDate = failure.problem.next_date ?? null;
      else this.trouble = failure.status === 0 ? t("no_answer") : failure.message;
    }
    this.loading = false;
  }

  /** What is needed at doors without a connection. */
  async prepare() {
    try {
      const [notice, duties] = await Promise.all([ask(api.GET("/api/v1/notices/consent")), ask(api.GET("/api/v1/duties"))]);
      [this.notice, this.duties] = [notice, duties.items];
      localStorage.setItem("prepared", JSON.stringify({ notice, duties: duties.items }));
    } catch {
      const kept = JSON.parse(localStorage.getItem("prepared") ?? "null") as { notice: Schemas["Notice"]; duties: Schemas["Duty"][] } | null;
      if (kept) [this.notice, this.duties] = [kept.notice, kept.duties];
    }
  }

  outcomeOf(stop: DayStop): Outcome | null {
    return this.recorded[stop.household]?.outcome ?? stop.outcome;
  }

  isDone(stop: DayStop): boolean {
    return stop.state === "finished" || this.outcomeOf(stop) !== null;
  }

  get stops(): DayStop[] {
    return this.day?.stops ?? [];
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
    const operation: Operation = {
      kind: "visit",
      id: visit,
      body: {
        round_id: day.round.id,
        household_id: stop.household,
        outcome,
        left_card: leftCard,
        visited_on: this.me.today,
        part: partOf(new Date()),
      },
    };
    this.#remember(operation);
    this.chosen = undefined; // the next stop opens by itself
    this.say({ text: t("recorded", { outcome: word("outcomes", outcome), place: placeName(stop) }), visit });
    this.outbox.add(operation);
  }

  /** Keeps what somebody agreed to; the code is theirs, and shown by whoever calls this. */
  recordConsent(stop: DayStop, agreed: Omit<Schemas["NewConsent"], "household_id" | "purpose" | "given_on">) {
    const id = crypto.randomUUID();
    this.outbox.add({ kind: "consent", id, body: { ...agreed, household_id: stop.household, purpose: "provide_services", given_on: this.me.today } });
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
    this.outbox.add({ kind: "withdraw", id: consent });
    this.say({ text: t("withdrawn_here") });
  }

  serviceDone(consent: string, service: Schemas["Service"]) {
    this.outbox.add({ kind: "service_done", id: consent, body: { service } });
    this.say({ text: t("service_done_said", { service: word("services", service) }) });
  }

  noteDoor(stop: DayStop, note: Schemas["DoorNote"], there: boolean) {
    const others = stop.door_notes.filter((other) => other.note !== note);
    stop.door_notes = there ? [...others, { note, seen_on: this.me.today }] : others;
    this.outbox.add({ kind: "door_note", id: stop.household, body: { note, seen_on: this.me.today, there } });
  }

  /** The place goes from this phone at once, and from everything when it is sent. */
  neverVisit(stop: DayStop) {
    if (!this.day) return;
    this.day.stops = this.day.stops.filter((other) => other.household !== stop.household);
    delete this.recorded[stop.household];
    this.chosen = undefined;
    this.outbox.add({ kind: "never_visit", id: stop.household });
    this.say({ text: t("never_visit_said") });
  }

  undo(visit: string) {
    const household = Object.keys(this.recorded).find((id) => this.recorded[id]?.visit === visit);
    if (household) {
      delete this.recorded[household];
      this.chosen = household;
    }
    if (!this.outbox.takeBack(visit)) this.outbox.add({ kind: "retract", id: visit });
    this.waiting = this.outbox.waiting.length;
    this.say({ text: t("undone") });
  }

  say(toast: Toast) {
    clearTimeout(this.#toastTimer);
    this.toast = toast;
    if (!toast.stays) this.#toastTimer = setTimeout(() => (this.toast = null), undoFor);
  }

  #remember(operation: Operation) {
    if (operation.kind === "visit") {
      this.recorded[operation.body.household_id] = { outcome: operation.body.outcome, visit: operation.id };
    }
  }

  #refused(operation: Operation, why: Failure) {
    if (operation.kind === "visit") delete this.recorded[operation.body.household_id];
    this.say({ text: t("not_taken", { reason: why.code === "door_finished" ? t("door_finished") : why.message }), stays: true });
    void this.load();
  }
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
