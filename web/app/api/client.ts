// The API, typed from the server's own OpenAPI (npm run types).
import createClient from "openapi-fetch";
import type { components, paths } from "./schema";
import { endOthers, endSubscription } from "./subscription";

export type Schemas = components["schemas"];
export type Me = Schemas["Me"];
export type Round = Schemas["Round"];
export type Plan = Schemas["Plan"];
export type Route = Schemas["Route"];
export type RouteSummary = Schemas["RouteSummary"];
export type Day = Schemas["Day"];
export type DayStop = Schemas["DayStop"];
export type Incident = Schemas["Incident"];
export type Term = Schemas["Term"];
export type Lists = Schemas["Lists"];
export type Area = Schemas["Area"];
export type Progress = Schemas["Progress"];

export const api = createClient<paths>({ baseUrl: location.origin, credentials: "same-origin" });

/** What the server said is wrong, or that it did not answer. */
export class Failure extends Error {
  constructor(
    readonly status: number,
    readonly problem: Partial<Schemas["Problem"]>,
  ) {
    super(problem.detail ?? "");
  }
  /** The problem's code, such as "door_finished". */
  get code(): string {
    return this.problem.type?.split(":").at(-1) ?? "";
  }
}

/** Gives the data of a call, or throws a Failure: status 0 when nobody answered. */
export async function ask<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let answer;
  try {
    answer = await call;
  } catch {
    throw new Failure(0, {});
  }
  if (!answer.response.ok) {
    throw new Failure(answer.response.status, (answer.error ?? {}) as Partial<Schemas["Problem"]>);
  }
  return answer.data as T;
}

/** Every page of a list. */
export async function all<T>(page: (cursor?: string) => Promise<{ items: T[]; next: string | null }>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const answer = await page(cursor);
    items.push(...answer.items);
    cursor = answer.next ?? undefined;
  } while (cursor);
  return items;
}

/** Who is signed in; nobody: to the sign-in page. */
export async function whoAmI(): Promise<Me> {
  try {
    const me = await ask(api.GET("/api/v1/session"));
    await endOthers(me.account).catch(() => {}); // the push service may be away
    return me;
  } catch (failure) {
    if (failure instanceof Failure && failure.status === 401) {
      location.assign("/");
      return new Promise(() => {});
    }
    throw failure;
  }
}

/** Ends the notices to this browser. Where that fails, the push service tells the server. */
export async function endNotices() {
  try {
    const id = await endSubscription();
    if (id) await api.DELETE("/api/v1/account/notices/{id}", { params: { path: { id } }, signal: AbortSignal.timeout(10_000) });
  } catch {
    // Signing out goes on.
  }
}

export async function signOut() {
  await endNotices();
  await api.DELETE("/api/v1/session");
  location.assign("/");
}
