// Reads a server of Rounds by a token: what has changed (docs/feeds.md) and the features of a
// layer (docs/gis.md). It needs fetch alone, which browsers and Node 18 have. Types of
// answers, in types.ts, are generated from the server's own OpenAPI.
import type { CasePage, Feature, FeatureCollection, Problem, RoutePage } from "./types";

export type * from "./types";

/** What the server said is wrong. */
export class RoundsError extends Error {
  constructor(readonly problem: Problem) {
    super(`${problem.status}: ${problem.detail}`);
  }
}

export class Rounds {
  /** @param address the server's, such as https://rounds.example.org
   *  @param token what a supervisor or analyst made under "Connect a GIS" */
  constructor(
    readonly address: string,
    private readonly token: string,
  ) {}

  /** The cases of a unit as they changed since a position, page by page, to the last that
   *  there is now; "" begins with all that the unit has. Keep next with what you made of the
   *  page: it is where you go on. A page that has anew begins: forget what you know. It does
   *  so too when the position is over, as after the server was restored from a backup. */
  cases(unit: string, since = ""): AsyncGenerator<CasePage> {
    return this.follow<CasePage>("/feed/cases", { unit }, since);
  }

  /** The routes of the plan that is published, when it is another than that of a position. */
  routes(since = ""): AsyncGenerator<RoutePage> {
    return this.follow<RoutePage>("/feed/routes", {}, since);
  }

  /** The features of a layer, such as "incidents", one after the other. The query may have
   *  bbox, datetime, filter (CQL2), crs, limit (of a page) and the layer's fields, see the
   *  server's /ogc/api. */
  async *features(layer: string, query: Record<string, string> = {}): AsyncGenerator<Feature> {
    const asked = new URLSearchParams(query).toString();
    let next: string | undefined = `${this.base}/ogc/collections/${encodeURIComponent(layer)}/items${asked && `?${asked}`}`;
    while (next) {
      if (!next.startsWith(`${this.base}/`)) throw new Error("the next page lies on another server");
      const page: FeatureCollection = await this.get(next);
      yield* page.features;
      next = page.links.find((link) => link.rel === "next")?.href;
    }
  }

  private get base(): string {
    return this.address.replace(/\/$/, "");
  }

  private async *follow<Page extends { next?: string; more: boolean }>(path: string, query: Record<string, string>, since: string): AsyncGenerator<Page> {
    for (let more = true; more; ) {
      let page: Page;
      try {
        page = await this.get(`${this.base}${path}?${new URLSearchParams({ ...query, since })}`);
      } catch (error) {
        if (since === "" || !(error instanceof RoundsError) || error.problem.status !== 410) throw error;
        since = "";
        continue;
      }
      yield page;
      since = page.next ?? "";
      more = page.more;
    }
  }

  private async get<T>(address: string): Promise<T> {
    const answer = await fetch(address, { headers: { Authorization: `Bearer ${this.token}`, Accept: "application/geo+json, application/json" } });
    if (answer.ok) return (await answer.json()) as T;
    const said = { type: "", title: answer.statusText, detail: answer.statusText, status: answer.status };
    throw new RoundsError({ ...said, ...(await answer.json().catch(() => ({}))) });
  }
}
