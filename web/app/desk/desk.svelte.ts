// What the desk shows: data of the server, and a view that the URL holds.
import {
  all, api, ask, Failure,
  type Area, type Incident, type Me, type Plan, type Progress, type Round, type Route, type RouteSummary, type Schemas,
} from "../api/client";
import { language, t } from "../i18n/index.svelte";
import { explain } from "../i18n/problems";
import { measures, type Measure } from "../map/palette";
import { Imports } from "./imports.svelte";
import { KeyAreas } from "./keyareas.svelte";
import { Statistics } from "./statistics.svelte";

export type View = "overview" | "key_areas" | "plan" | "reports" | "statistics" | "charts" | "safety" | "team" | "support" | "cases" | "units" | "imports";
const views: View[] = ["overview", "key_areas", "plan", "reports", "statistics", "charts", "safety", "team", "support", "cases", "units", "imports"];

/** How many open matters are read at a time, and at most to find the one that is chosen. */
const incidentsAtOnce = 200;
const incidentsSearched = 4000;

type IncidentPage = { items: Incident[]; next: string | null };

export class Desk {
  rounds = $state<Round[]>([]);
  areas = $state<Area[]>([]);
  progress = $state<Progress[]>([]);
  incidents = $state<Incident[]>([]);
  /** Where the list of open matters goes on. */
  moreIncidents: string | null = $state(null);
  /** Which reading of them is the last: pages of two do not fit together. */
  #reading = 0;
  plans = $state<Plan[]>([]);
  plan = $state<Plan | null>(null);
  /** What the proposed plan does to the published one. */
  changes = $state<Schemas["Changes"] | null>(null);
  closures = $state<Schemas["Closure"][]>([]);
  /** What is done with the next place that is chosen on the map; null: nothing. */
  pick = $state<((lon: number, lat: number, to?: [number, number] | null) => void) | null>(null);
  /** The place may be dragged, to where pick is told. */
  drags = $state(false);
  /** The cell that is chosen on the map. */
  cell = $state<Schemas["PlanCell"] | null>(null);
  /** Minutes of each worker from tomorrow on, in the published plan and in the proposed one. */
  ahead = $state.raw<[Map<string, number>, Map<string, number>] | null>(null);
  routes = $state<RouteSummary[]>([]);
  route = $state<Route | null>(null);
  loading = $state(true);
  trouble = $state("");

  view = $state<View>("overview");
  measure = $state<Measure | "none">("to_visit");
  roundId = $state<string | null>(null);
  worker = $state<string | null>(null);
  date = $state<string | null>(null);
  area = $state<string | null>(null);
  incident = $state<string | null>(null);
  case = $state<string | null>(null);
  /** Where the map is looked at: longitude, latitude, zoom. */
  at = $state.raw<[number, number, number] | null>(null);
  /** Grows when another address was opened. */
  opened = $state(0);
  readonly keyAreas = new KeyAreas(() => this.#writeURL());
  readonly imports = new Imports();
  readonly statistics = new Statistics(() => this.#writeURL());
  /** How much is written of the file that is being made, 0 to 1. */
  fileWritten = $state(0);
  /** Grows when tiles of the work or hazards layer changed. */
  version = $state(0);

  /** The day off, or with other hours, for which the plan under way was asked. */
  #away: { worker: string; day: string } | null = null;
  /** A household of the cell that was moved for the plan under way. */
  #moved: string | null = null;
  #events: EventSource | null = null;
  #refreshTimer: ReturnType<typeof setTimeout> | undefined;
  #pollTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly me: Me) {
    this.#readURL();
    addEventListener("popstate", () => this.#reopen());
  }

  /** Shows what an address says. */
  open(query: string) {
    history.pushState(null, "", query ? `?${query}` : location.pathname);
    this.#reopen();
  }

  #reopen() {
    const round = this.roundId;
    this.#readURL();
    this.roundId ??= round;
    this.opened++;
    this.statistics.readURL();
    this.keyAreas.readURL();
    if (this.view === "key_areas") void this.keyAreas.load(this.roundId);
    if (this.view === "statistics") void this.statistics.load();
    void (this.roundId === round ? Promise.resolve() : this.#attempt(() => this.loadRound())).then(() => this.#loadSelection());
  }

  /** Remembers where the map is looked at, in the address too. */
  look(at: [number, number, number]) {
    this.at = at;
    const query = new URLSearchParams(location.search);
    query.set("at", at.map((n, i) => n.toFixed(i === 2 ? 1 : 4)).join(","));
    history.replaceState(null, "", `?${query.toString()}`);
  }

  get isSupervisor(): boolean {
    return this.me.role === "supervisor";
  }

  /** A case handler sees matters and support wanted of the areas, and no round. */
  get hasRounds(): boolean {
    return this.me.role !== "case_handler";
  }

  get #home(): View {
    return this.hasRounds ? "overview" : "cases";
  }

  get round(): Round | null {
    return this.rounds.find((round) => round.id === this.roundId) ?? null;
  }

  get planning(): boolean {
    return this.plan?.state === "planning";
  }

  async load() {
    this.loading = true;
    this.trouble = "";
    try {
      [this.rounds, this.areas] = await Promise.all([this.#rounds(), this.#areas()]);
      const open = this.rounds.find((round) => !round.closed);
      if (!this.round) this.roundId = open?.id ?? this.rounds[0]?.id ?? null;
      await Promise.all([this.loadRound(), this.loadIncidents()]);
      await this.#loadSelection();
    } catch (error) {
      this.trouble = words(error);
    }
    this.loading = false;
    this.#follow();
  }

  async loadRound() {
    const id = this.roundId;
    if (!id) {
      this.progress = [];
      this.plans = [];
      this.plan = null;
      return;
    }
    const path = { id };
    this.progress = await all((cursor) =>
      ask(api.GET("/api/v1/rounds/{id}/progress", { params: { path, query: { cursor, limit: 2000 } } })),
    );
    if (!this.isSupervisor) return;
    await this.loadClosures();
    this.plans = await all((cursor) => ask(api.GET("/api/v1/rounds/{id}/plans", { params: { path, query: { cursor, limit: 50 } } })));
    // What waits for an answer is shown first, then what is walked; what was discarded last.
    const named = (plan: string | null | undefined) => this.plans.find((one) => one.id === plan);
    const latest = named(this.round?.latest_plan);
    const shown = latest?.state === "discarded" ? (named(this.round?.published_plan) ?? latest) : (latest ?? this.plans[0]);
    if (!this.plan || this.plan.round_id !== id) this.plan = shown ?? null;
    if (this.planning) this.#poll();
    await this.#loadChanges();
  }

  /** What is due first; all that were read stay so, and who comes by a link sees the matter
   * that it leads to. A county has more than anybody reads. */
  async loadIncidents() {
    const reading = ++this.#reading;
    const wanted = Math.max(this.incidents.length, incidentsAtOnce);
    const read: Incident[] = [];
    let next: string | null = null;
    do {
      const page: IncidentPage = await this.#incidents(next ?? undefined);
      read.push(...page.items);
      next = page.next;
    } while (next && (read.length < wanted || (read.length < incidentsSearched && !this.#shows(read))));
    if (reading === this.#reading) [this.incidents, this.moreIncidents] = [read, next];
  }

  #shows(read: Incident[]): boolean {
    return this.incident === null || read.some(({ id }) => id === this.incident);
  }

  async loadMoreIncidents() {
    await this.#attempt(async () => {
      const cursor = this.moreIncidents;
      if (!cursor) return;
      const page = await this.#incidents(cursor);
      // Of two that read on from there one is enough.
      if (this.moreIncidents === cursor) [this.incidents, this.moreIncidents] = [[...this.incidents, ...page.items], page.next];
    });
  }

  #incidents(cursor?: string): Promise<IncidentPage> {
    return ask(api.GET("/api/v1/incidents", { params: { query: { state: "open", cursor, limit: incidentsAtOnce } } }));
  }

  async loadClosures() {
    this.closures = (await ask(api.GET("/api/v1/closures"))).items;
  }

  async loadPlan(id: string) {
    this.plan = await ask(api.GET("/api/v1/plans/{id}", { params: { path: { id } } }));
    await this.#loadChanges();
  }

  async #loadChanges() {
    const plan = this.plan;
    const compares = plan?.state === "proposed" && this.round?.published_plan;
    this.changes = compares ? await ask(api.GET("/api/v1/plans/{id}/changes", { params: { path: { id: plan.id } } })) : null;
    this.ahead = compares ? [await this.#minutesAhead(this.round!.published_plan!), await this.#minutesAhead(plan.id)] : null;
  }

  /** Minutes of each worker from tomorrow on: what lies before differs by what is done. */
  async #minutesAhead(plan: string): Promise<Map<string, number>> {
    const routes = await all((cursor) => ask(api.GET("/api/v1/plans/{id}/routes", { params: { path: { id: plan }, query: { cursor, limit: 200 } } })));
    const minutes = new Map<string, number>();
    const of = (time: string) => 60 * Number(time.slice(0, 2)) + Number(time.slice(3, 5));
    for (const { worker_id, date, leave, back } of routes)
      if (date > this.me.today) minutes.set(worker_id, (minutes.get(worker_id) ?? 0) + of(back) - of(leave));
    return minutes;
  }

  /** Asks for a plan; keep asks for as few changes to the published one as can be. */
  async propose(keep = false) {
    if (!this.roundId) return;
    this.worker = this.date = null;
    this.route = null;
    this.routes = [];
    this.changes = null;
    const params = { path: { id: this.roundId } };
    const body = { id: crypto.randomUUID(), seconds: keep ? 3 : 15, keep };
    this.plan = await ask(api.POST("/api/v1/rounds/{id}/plans", { params, body }));
    this.#poll();
  }

  /** A worker is away on a day: the plan is changed around it. */
  async away(worker: string, day: string) {
    await this.#setDayOff({ worker, day }, true);
    this.#away = { worker, day };
    await this.propose(true);
  }

  /** A worker is there on a day at some hours alone: the plan is changed around it. */
  async otherHours(worker: string, day: string, opens: string, closes: string) {
    await ask(api.PUT("/api/v1/workers/{id}/days-off", { params: { path: { id: worker } }, body: { day, off: true, opens, closes } }));
    this.#away = { worker, day };
    await this.propose(true);
  }

  /** The cell of a household is given to a worker: the plan is changed around it. */
  async moveCell(household: string, worker: string) {
    await this.#giveCell(household, worker);
    this.#moved = household;
    await this.propose(true);
  }

  async #giveCell(household: string, worker: string | null) {
    await ask(api.POST("/api/v1/households/{id}/move-cell", { params: { path: { id: household } }, body: { round_id: this.roundId!, worker_id: worker } }));
  }

  async #setDayOff(of: { worker: string; day: string }, off: boolean) {
    await ask(api.PUT("/api/v1/workers/{id}/days-off", { params: { path: { id: of.worker } }, body: { day: of.day, off } }));
  }

  /** The chosen day on paper: a file that the browser fetches at once. */
  async print() {
    if (!this.route) return;
    const made = await ask(api.POST("/api/v1/routes/{id}/print", { params: { path: { id: this.route.id } }, body: { language: language() } }));
    const link = document.createElement("a");
    link.href = made.url;
    link.download = made.file_name;
    link.click();
  }

  async publish() {
    if (!this.plan) return;
    this.plan = await ask(api.POST("/api/v1/plans/{id}/publish", { params: { path: { id: this.plan.id } } }));
    this.changes = this.#away = this.#moved = null;
    await this.refresh();
  }

  async discard() {
    if (!this.plan) return;
    await ask(api.POST("/api/v1/plans/{id}/discard", { params: { path: { id: this.plan.id } } }));
    if (this.#away) await this.#setDayOff(this.#away, false);
    if (this.#moved) await this.#giveCell(this.#moved, null);
    this.plan = this.changes = this.#away = this.#moved = null;
    this.worker = this.date = null;
    this.route = null;
    await this.refresh();
  }

  async createRound(body: Schemas["NewRound"]) {
    const round = await ask(api.POST("/api/v1/rounds", { body }));
    this.rounds = await this.#rounds();
    this.plan = null;
    this.go({ round: round.id, view: "plan", worker: null, date: null });
  }

  /** Changes what is shown; the URL remembers. */
  go(to: { view?: View; measure?: Measure | "none"; round?: string | null; worker?: string | null; date?: string | null; area?: string | null; incident?: string | null; case?: string | null }) {
    const roundChanged = to.round !== undefined && to.round !== this.roundId;
    if (to.view !== undefined) this.view = to.view;
    if (to.measure !== undefined) this.measure = to.measure;
    if (to.round !== undefined) this.roundId = to.round;
    if (to.worker !== undefined) this.worker = to.worker;
    if (to.date !== undefined) this.date = to.date;
    if (to.area !== undefined) this.area = to.area;
    if (to.incident !== undefined) this.incident = to.incident;
    if (this.moreIncidents && !this.#shows(this.incidents)) void this.#attempt(() => this.loadIncidents());
    if (to.case !== undefined) this.case = to.case;
    this.#writeURL();
    if (roundChanged && this.view === "key_areas") void this.keyAreas.load(this.roundId);
    void (roundChanged ? this.#attempt(() => this.loadRound()) : Promise.resolve()).then(() => this.#loadSelection());
  }

  async choosePlan(plan: Plan) {
    this.plan = plan;
    await this.#attempt(() => this.#loadChanges());
    this.go({ worker: null, date: null });
  }

  async refresh() {
    await this.#attempt(async () => {
      this.rounds = await this.#rounds();
      await Promise.all([this.loadRound(), this.loadIncidents()]);
      if (this.route) await this.#loadSelection();
    });
  }

  #rounds(): Promise<Round[]> {
    if (!this.hasRounds) return Promise.resolve([]);
    return all((cursor) => ask(api.GET("/api/v1/rounds", { params: { query: { cursor, limit: 100 } } })));
  }

  #areas() {
    return all((cursor) => ask(api.GET("/api/v1/areas", { params: { query: { cursor, limit: 2000 } } })));
  }

  async #loadSelection() {
    await this.#attempt(async () => {
      const plan = this.plan;
      if (!plan || !this.worker) {
        this.routes = [];
        this.route = null;
        return;
      }
      const query = { worker: this.worker, limit: 200 };
      this.routes = await all((cursor) =>
        ask(api.GET("/api/v1/plans/{id}/routes", { params: { path: { id: plan.id }, query: { ...query, cursor } } })),
      );
      const route = this.routes.find((summary) => summary.date === this.date);
      this.route = route ? await ask(api.GET("/api/v1/routes/{id}", { params: { path: { id: route.id } } })) : null;
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

  /** Follows what changes on the server. */
  #follow() {
    if (!this.hasRounds) return;
    this.#events?.close();
    this.#events = new EventSource("/api/v1/events");
    this.#events.onmessage = (message) => {
      const event = JSON.parse(message.data as string) as { type: string; plan?: string; rows?: number; total?: number };
      if (event.type === "export") this.fileWritten = (event.rows ?? 0) / (event.total ?? 1);
      else if (event.type === "plan" && event.plan === this.plan?.id) void this.#attempt(() => this.loadPlan(event.plan!));
      else this.#refreshSoon();
    };
    this.#events.addEventListener("missed", () => this.#refreshSoon());
  }

  #refreshSoon() {
    clearTimeout(this.#refreshTimer);
    this.#refreshTimer = setTimeout(() => {
      this.version++;
      if (this.view === "key_areas") void this.keyAreas.load(this.roundId);
      void this.refresh();
    }, 300);
  }

  /** Asks again while a plan is made, should events not come through. */
  #poll() {
    clearTimeout(this.#pollTimer);
    this.#pollTimer = setTimeout(async () => {
      if (!this.plan || !this.planning) return;
      await this.#attempt(() => this.loadPlan(this.plan!.id));
      if (this.planning) this.#poll();
      else await this.refresh();
    }, 1000);
  }

  #readURL() {
    const query = new URLSearchParams(location.search);
    this.view = views.find((view) => view === query.get("view")) ?? this.#home;
    const layer = query.get("layer");
    this.measure = layer === "none" ? "none" : (measures.find((measure) => measure === layer) ?? "to_visit");
    this.roundId = query.get("round");
    this.worker = query.get("worker");
    this.date = query.get("date");
    this.area = query.get("area");
    this.case = query.get("case");
    const at = (query.get("at") ?? "").split(",").map(Number);
    this.at = at.length === 3 && at.every(Number.isFinite) ? (at as [number, number, number]) : null;
  }

  #writeURL() {
    const query = new URLSearchParams();
    const put = (name: string, value: string | null, usual?: string) => {
      if (value && value !== usual) query.set(name, value);
    };
    put("view", this.view, this.#home);
    put("layer", this.measure, "to_visit");
    put("round", this.roundId);
    put("worker", this.worker);
    put("date", this.date);
    put("area", this.area);
    if (this.view === "cases") put("case", this.case);
    if (this.view === "statistics") put("release", this.statistics.release);
    put("at", new URLSearchParams(location.search).get("at"));
    if (this.view === "statistics") {
      put("release", this.statistics.release);
      put("beside", this.statistics.beside);
      if (this.statistics.beside && this.statistics.swipes) put("compare", "swipe");
    }
    if (this.view === "key_areas") {
      put("by", this.keyAreas.by, "late");
      put("part", this.keyAreas.bin?.toString() ?? null);
    }
    const text = query.toString();
    if (`?${text}` !== location.search) history.pushState(null, "", text ? `?${text}` : location.pathname);
  }
}

export function words(error: unknown): string {
  return error instanceof Failure ? explain(error) : t("something_wrong");
}
