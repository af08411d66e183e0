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

  async load() {
    try {
      this.releases = await all((cursor) => ask(api.GET("/api/v1/releases", { params: { query: { cursor, limit: 500 } } })));
      const shown = this.shown;
      if (shown) this.measure = shown.measure;
      else if (!this.measures.includes(this.measure)) this.measure = this.measures[0] ?? "hazards";
      await this.#read(shown ?? this.periods.at(-1) ?? null);
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
      this.changed();
    } catch (error) {
      this.trouble = words(error);
    }
  }

  readURL() {
    this.release = new URLSearchParams(location.search).get("release");
  }

  async #read(release: Release | null) {
    this.release = release?.id ?? null;
    const values = release && (await ask(api.GET("/api/v1/releases/{id}", { params: { path: { id: release.id } } })));
    // Who moves the slider on is not overtaken by an earlier answer.
    if (this.release === (release?.id ?? null)) this.values = values;
  }
}
