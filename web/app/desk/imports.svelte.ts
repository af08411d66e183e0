// A file of households, of matters, of areas, or an old ledger of cases, on its way in: sent in parts, looked at, looked
// through by a job, imported or taken back.
import { api, ask, Failure, type Schemas } from "../api/client";
import en from "../i18n/en.json";
import type { Key } from "../i18n/index.svelte";
import { words } from "./desk.svelte";

export type Upload = Schemas["WholeUpload"];
export type Row = Schemas["FileRow"];
export type List = "wrong" | "new" | "changed" | "gone" | "twins";
export type Decision = Schemas["Decision"];
export type Kind = Schemas["UploadKind"];
export const kinds: Kind[] = ["households", "incidents", "areas", "ledger"];

/** The lists that are made of a file of a kind. */
export const lists: Record<Kind, List[]> = {
  households: ["wrong", "twins", "new", "changed", "gone"],
  incidents: ["wrong", "new"],
  areas: ["wrong", "new", "changed", "gone"],
  ledger: ["wrong"],
};

/** What is said otherwise of a file of a kind than of one of households. */
export function kindKey(kind: Kind, key: string): Key {
  const own = { households: `import_${key}`, incidents: `incidents_${key}`, areas: `areas_${key}`, ledger: `ledger_${key}` }[kind];
  return (own in en ? own : `import_${key}`) as Key;
}

/** States in which a job is at work. */
const working = ["checking", "importing", "undoing"];

/** How long to wait between two looks at a job, and after a part did not get through. */
const [lookAgain, sendAgain] = [700, 2000];
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

export class Imports {
  all = $state<Schemas["Upload"][]>([]);
  /** What the next file holds. */
  kind = $state<Kind>("households");
  loading = $state(true);
  /** The one that is looked at. */
  upload = $state<Upload | null>(null);
  /** The share of the file that was sent, from 0 to 1; null: nothing is being sent. */
  sent = $state<number | null>(null);
  columns = $state<Schemas["UploadColumns"] | null>(null);
  /** What each column of the file is, by its number; "" is none that is kept. */
  is = $state<string[]>([]);
  crs = $state("");
  match = $state(false);
  /** Words of a ledger that Rounds does not know; "" is one that means nothing yet. */
  words = $state<{ column: Schemas["LedgerNamed"]; word: string; means: string }[]>([]);
  /** Somebody worked on cases of the import since, and it is asked whether they go too. */
  workedOn = $state(false);
  preview = $state<Row[]>([]);
  list = $state<List>("new");
  rows = $state<Row[]>([]);
  next = $state<string | null>(null);
  decisions = $state<Record<number, Decision>>({});
  otherwise = $state<Decision>("later");
  trouble = $state("");
  #followed = 0;

  get isLedger(): boolean {
    return this.upload?.kind === "ledger";
  }

  /** What the file that is looked at holds. */
  get holds(): Kind {
    return this.upload?.kind ?? this.kind;
  }

  get busy(): boolean {
    return this.upload !== null && working.includes(this.upload.state);
  }

  async #attempt(what: () => Promise<void>) {
    this.trouble = "";
    try {
      await what();
    } catch (error) {
      this.trouble = words(error);
    }
  }

  load() {
    return this.#attempt(async () => {
      this.all = (await ask(api.GET("/api/v1/uploads"))).items;
      this.loading = false;
    });
  }

  /** Sends a file, or goes on with the one that is half sent. */
  send(file: File) {
    return this.#attempt(async () => {
      const half = this.upload?.state === "sending" && this.upload.bytes === file.size ? this.upload.id : crypto.randomUUID();
      const kind = this.upload?.id === half ? this.upload.kind : this.kind;
      const path = { id: half };
      this.upload = await ask(api.PUT("/api/v1/uploads/{id}", { params: { path }, body: { kind, bytes: file.size } }));
      this.sent = 0;
      try {
        const { part_bytes: size, missing } = this.upload;
        const parts = Math.ceil(file.size / size);
        for (const [i, number] of missing.entries()) {
          await this.#part(half, number, file.slice(number * size, (number + 1) * size));
          this.sent = (parts - missing.length + i + 1) / parts;
          if (this.upload?.id !== half) return;
        }
      } finally {
        this.sent = null;
      }
      await this.open(half);
    });
  }

  /** Sends one part; a line that breaks is tried again for half a minute. */
  async #part(id: string, number: number, content: Blob) {
    for (let tries = 0; ; tries++) {
      try {
        const answer = await fetch(`/api/v1/uploads/${id}/parts/${number}`, { method: "PUT", body: content, headers: { "Content-Type": "application/octet-stream" } });
        if (answer.ok) return;
        throw new Failure(answer.status, (await answer.json()) as Partial<Schemas["Problem"]>);
      } catch (error) {
        if ((error instanceof Failure && error.status < 500) || tries === 15) throw error instanceof Failure ? error : new Failure(0, {});
      }
      await pause(sendAgain);
    }
  }

  open(id: string) {
    return this.#attempt(async () => {
      this.#forget();
      this.upload = await ask(api.GET("/api/v1/uploads/{id}", { params: { path: { id } } }));
      await this.#settle();
    });
  }

  /** Shows what the state of the upload asks for. */
  async #settle() {
    const upload = this.upload;
    if (!upload) return;
    if (this.busy) {
      void this.#follow(upload.id);
      return;
    }
    if ((upload.state === "sending" && upload.missing.length === 0) || upload.state === "checked" || upload.state === "failed") {
      if (!this.columns) await this.#look(upload.id);
    }
    if (upload.state === "checked" && upload.report) {
      const report = upload.report;
      this.list = report.wrong > 0 ? "wrong" : report.twins > 0 ? "twins" : report.added > 0 ? "new" : report.changed > 0 ? "changed" : "gone";
      if (!this.isLedger || report.wrong > 0) await this.#rows(null);
    }
    this.all = (await ask(api.GET("/api/v1/uploads"))).items;
  }

  async #look(id: string) {
    this.columns = await ask(api.GET("/api/v1/uploads/{id}/columns", { params: { path: { id } } }));
    this.is = this.columns.columns.map((column) => column.is ?? "");
    await this.#preview();
  }

  async #follow(id: string) {
    const mine = ++this.#followed;
    while (mine === this.#followed && this.upload?.id === id && this.busy) {
      await pause(lookAgain);
      if (mine !== this.#followed || this.upload?.id !== id) return;
      try {
        this.upload = await ask(api.GET("/api/v1/uploads/{id}", { params: { path: { id } } }));
      } catch (error) {
        if (error instanceof Failure && error.status > 0) {
          this.trouble = words(error);
          return;
        }
      }
    }
    if (mine === this.#followed && this.upload?.id === id) await this.#attempt(() => this.#settle());
  }

  get #wishes(): Schemas["UploadWishes"] {
    const columns = (this.columns?.columns ?? []).flatMap((column, i) => (column.name && this.is[i] ? [{ name: column.name, is: this.is[i] }] : []));
    const words = this.words.filter((one) => one.means !== "");
    switch (this.holds) {
      case "ledger":
        return { columns, words };
      case "incidents":
        return { columns, words, crs: this.crs };
      case "areas":
        return { columns, crs: this.crs };
      default:
        return { columns, crs: this.crs, match_addresses: this.match };
    }
  }

  /** The first rows as they would be taken with what was chosen. */
  showPreview() {
    return this.#attempt(() => this.#preview());
  }

  async #preview() {
    if (!this.upload) return;
    const first = await ask(api.POST("/api/v1/uploads/{id}/preview", { params: { path: { id: this.upload.id } }, body: this.#wishes }));
    this.preview = first.items;
    this.words = [...this.words.filter((one) => one.means !== ""), ...first.words.map((one) => ({ ...one, means: "" }))];
  }

  check() {
    return this.#order((id) => api.POST("/api/v1/uploads/{id}/check", { params: { path: { id } }, body: this.#wishes }));
  }

  import() {
    const decisions = Object.entries(this.decisions).map(([row, decision]) => ({ row: Number(row), decision }));
    return this.#order((id) => api.POST("/api/v1/uploads/{id}/import", { params: { path: { id } }, body: { decisions, otherwise: this.otherwise } }));
  }

  undo(worked_on = false) {
    this.workedOn = false;
    return this.#order(async (id) => {
      const answer = await api.POST("/api/v1/uploads/{id}/undo", { params: { path: { id }, query: { worked_on } } });
      this.workedOn = answer.error?.type.endsWith(":worked_on") ?? false;
      return answer;
    });
  }

  cancel() {
    return this.#order((id) => api.POST("/api/v1/uploads/{id}/cancel", { params: { path: { id } } }));
  }

  #order(order: (id: string) => Promise<{ data?: unknown; error?: unknown; response: Response }>) {
    return this.#attempt(async () => {
      if (!this.upload) return;
      const id = this.upload.id;
      await ask(order(id));
      this.upload = await ask(api.GET("/api/v1/uploads/{id}", { params: { path: { id } } }));
      await this.#settle();
    });
  }

  remove(id: string) {
    return this.#attempt(async () => {
      await ask(api.DELETE("/api/v1/uploads/{id}", { params: { path: { id } } }));
      this.leave();
      this.all = (await ask(api.GET("/api/v1/uploads"))).items;
    });
  }

  /** Back to the list. */
  leave() {
    this.#forget();
    this.upload = null;
  }

  #forget() {
    this.#followed++;
    [this.columns, this.is, this.crs, this.match, this.preview, this.words, this.workedOn] = [null, [], "", false, [], [], false];
    [this.rows, this.next, this.decisions, this.otherwise] = [[], null, {}, "later"];
  }

  show(list: List) {
    return this.#attempt(async () => {
      this.list = list;
      await this.#rows(null);
    });
  }

  more() {
    return this.#attempt(() => this.#rows(this.next));
  }

  async #rows(cursor: string | null) {
    if (!this.upload) return;
    const query = { list: this.list, ...(cursor ? { cursor } : {}) };
    const page = await ask(api.GET("/api/v1/uploads/{id}/rows", { params: { path: { id: this.upload.id }, query } }));
    this.rows = cursor ? [...this.rows, ...page.items] : page.items;
    this.next = page.next;
  }

  get #shown(): { rows: Row[]; list: string } {
    return this.upload?.state === "checked" ? { rows: this.rows, list: this.list } : { rows: this.preview, list: "new" };
  }

  /** What the map shows: places of the list, or of the preview. */
  get points(): { lon: number; lat: number; list: string }[] {
    const { rows, list } = this.#shown;
    return rows.flatMap((row) => {
      const place = row.file ?? row.there ?? row.incident;
      return place && (place.lon !== 0 || place.lat !== 0) ? [{ lon: place.lon, lat: place.lat, list }] : [];
    });
  }

  /** Areas of the list, or of the preview. A preview knows no degrees of a file that has others. */
  get outlines(): { outline: [number, number][][][]; list: string }[] {
    const { rows, list } = this.#shown;
    return rows.flatMap((row) => {
      const area = row.area ?? row.area_there;
      return area ? [{ outline: area.outline.coordinates as [number, number][][][], list }] : [];
    });
  }
}

type Place = Schemas["FilePlace"];

/** An address on one line, "" being a place without one. */
export function address(place: Place): string {
  const street = [place.street, place.house_number, place.unit].filter(Boolean).join(" ");
  const town = [place.postcode, place.place].filter(Boolean).join(" ");
  return [street, town].filter(Boolean).join(", ") || `${place.lat.toFixed(5)}, ${place.lon.toFixed(5)}`;
}

/** What is another in a file. */
export function differences(there: Place, file: Place): { field: string; from: string; to: string }[] {
  const fields = ["street", "house_number", "unit", "postcode", "place", "doors"] as const;
  return fields.filter((field) => there[field] !== file[field]).map((field) => ({ field, from: String(there[field]), to: String(file[field]) }));
}

/** What is another of an area in a file. */
export function areaDifferences(there: Schemas["FileArea"], file: Schemas["FileArea"]): { field: string; from: string; to: string }[] {
  const fields = { name: "name", name_zh: "name_zh", level: "level", above: "parent" } as const;
  const words = (Object.keys(fields) as (keyof typeof fields)[]).filter((field) => there[field] !== file[field]).map((field) => ({ field: fields[field] as string, from: there[field], to: file[field] }));
  // Of an outline that was redrawn a simplified one may be as it was.
  return words.length === 0 || JSON.stringify(there.outline) !== JSON.stringify(file.outline) ? [...words, { field: "wkt", from: "", to: "" }] : words;
}
