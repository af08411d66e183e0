// The lone-worker timer as it lies on the phone: what was said without a connection outlives a
// sign-out, and is told before the session ends.
import { api, ask, Failure } from "../api/client";
import { now } from "./clock";
import { store } from "./store";

export interface KeptLone {
  /** When it lapses by the server's clock, ms; null: it was stopped. */
  lapses: number | null;
  /** Whether the server is yet to hear of it. */
  owed: boolean;
}

const forgotten = 12 * 3600 * 1000; // the server keeps one no longer either

export const loneFact = (account: string) => `lone:${account}`;

/** What is known of an account's timer; null when there is none, or it is long over. */
export async function readLone(account: string): Promise<KeptLone | null> {
  const kept = await store.fact<KeptLone>(loneFact(account));
  return kept && (kept.lapses === null || kept.lapses > now() - forgotten) ? kept : null;
}

/** Says when the timer of who is signed in lapses, or that it was stopped; false when nobody
 * answers. What the server never takes, such as a time long past, is owed to nobody. */
export async function tellLone(lapses: number | null): Promise<boolean> {
  const signal = AbortSignal.timeout(8000);
  try {
    if (lapses === null) await ask(api.DELETE("/api/v1/lone-timer", { signal }));
    else await ask(api.PUT("/api/v1/lone-timer", { body: { lapses_at: new Date(lapses).toISOString() }, signal }));
    return true;
  } catch (error) {
    return error instanceof Failure && error.status === 422;
  }
}

/** Tells what an account owes, with its session; false when that is yet to be told. */
export async function settleLone(account: string): Promise<boolean> {
  const kept = await readLone(account);
  if (kept?.owed && !(await tellLone(kept.lapses))) return false;
  await forgetLone(account);
  return true;
}

export const forgetLone = (account: string) => store.setFact(loneFact(account), undefined);
