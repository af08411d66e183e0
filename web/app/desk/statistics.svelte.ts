// The published statistics: which measure and period is looked at, and its values.
import { all, api, ask, type Schemas } from "../api/client";
import { words } from "./desk.svelte";

export type Release = Schemas["Release"];
export type ReleaseMeasure = Schemas["StatisticsMeasure"];

export class Statistics {
  releases = $state<Release[]>([]);
  loading = $state(true);
  trouble = $state("");
  measure = $state<ReleaseMeasure>("hazards");
  /** The id of the release that is shown. */
  release = $state<string | null>(null);
  values = $state<Schemas["ReleaseValues"] | null>(null);
  /** The id of the release beside it, and its values. */
  beside = $state<string | null>(null);
  other = $state<Schemas["ReleaseValues"] | null>(null);

  /** The other lies over it, up to an edge that is moved; else it stands beside it. */
  swipes = $state(false);

  constructor(readonly changed: () => void) {
    this.readURL();
  }

  get measures(): ReleaseMeasure[] {
    return [...new Set(this.releases.map((one) => one.measure))];
  }

  /** Those of the measure, the earliest first. */
  get periods(): Release[] {
    return this.releases.filter((one) => one.measure === this.measure).reverse();
  }

  get shown(): Release | null {
    return this.releases.find((one) => one.id === this.release) ?? null;
  }

  /** What the release that is shown may be compared with: other periods of its measure, and
   * other measures of about its period. */
  get comparable(): { periods: Release[]; measures: Release[] } {
    const shown = this.shown;
    if (!shown) return { periods: [], measures: [] };
    return {
      periods: this.releases.filter((one) => one.measure === shown.measure && one.id !== shown.id),
      measures: this.releases.filter((one) => one.measure !== shown.measure && one.from <= shown.to && one.to >= shown.from),
    };
  }

  async load() {
    try {
      this.releases = await all((cursor) => ask(api.GET("/api/v1/releases", { params: { query: { cursor, limit: 500 } } })));
      const shown = this.shown;
      if (shown) this.measure = shown.measure;
      else if (!this.measures.includes(this.measure)) this.measure = this.measures[0] ?? "hazards";
      await this.#read(shown ?? this.periods.at(-1) ?? null);
      await this.#readOther();
    } catch (error) {
      this.trouble = words(error);
    }
    this.loading = false;
  }

  /** Shows another measure in the period that is nearest to the one that is shown. */
  async choose(measure: ReleaseMeasure) {
    const until = this.shown?.to ?? "9999";
    this.measure = measure;
    await this.show(this.periods.findLast((one) => one.to <= until) ?? this.periods.at(-1) ?? null);
  }

  async show(release: Release | null) {
    this.trouble = "";
    try {
      await this.#read(release);
      if (this.beside === this.release) await this.compare(null);
      this.changed();
    } catch (error) {
      this.trouble = words(error);
    }
  }

  /** Puts another release beside the one that is shown; null takes it away. */
  async compare(id: string | null) {
    this.beside = id;
    try {
      await this.#readOther();
      this.changed();
    } catch (error) {
      this.trouble = words(error);
    }
  }

  swipe(on: boolean) {
    this.swipes = on;
    this.changed();
  }

  readURL() {
    const query = new URLSearchParams(location.search);
    this.swipes = query.get("compare") === "swipe";
    this.release = query.get("release");
    this.beside = query.get("beside");
  }

  async #readOther() {
    const id = this.beside;
    const other = id && (await ask(api.GET("/api/v1/releases/{id}", { params: { path: { id } } })));
    if (this.beside === id) this.other = other || null;
  }

  async #read(release: Release | null) {
    this.release = release?.id ?? null;
    const values = release && (await ask(api.GET("/api/v1/releases/{id}", { params: { path: { id: release.id } } })));
    // Who moves the slider on is not overtaken by an earlier answer.
    if (this.release === (release?.id ?? null)) this.values = values;
  }
}
