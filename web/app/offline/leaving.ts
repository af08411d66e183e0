// Signing out: on the phone at once, in all its pages, and at the server as soon as it answers.
import { api, endNotices } from "../api/client";
import { settleLone } from "./lone";
import { store } from "./store";

const owed = "signing-out";
/** The lock that each page with a day shares, and the channel on which they hear of a sign-out. */
const pages = "rounds-day";
const patience = 4000; // ms, for a page that does not answer

let letGo = () => {};

/** This page has the day, until it signs out or hears that another page does. */
export function holdDay(closed: () => void) {
  letGo();
  const channel = new BroadcastChannel(pages);
  channel.onmessage = closed;
  const over = new Promise<void>((resolve) => {
    letGo = () => {
      channel.close();
      resolve();
    };
  });
  void navigator.locks.request(pages, { mode: "shared" }, () => over);
}

/** Runs when no page has the day any more, so that none writes behind it. */
async function alone<T>(run: () => Promise<T>): Promise<T> {
  try {
    return (await navigator.locks.request(pages, { signal: AbortSignal.timeout(patience) }, run)) as T;
  } catch (error) {
    if (error instanceof DOMException && error.name === "TimeoutError") return run();
    throw error;
  }
}

/** Takes an account's day from the phone and ends the session; false when the server is yet to
 * hear of it. */
export async function signOut(account: string, forget: () => Promise<unknown>): Promise<boolean> {
  localStorage.setItem(owed, account);
  letGo();
  const others = new BroadcastChannel(pages);
  others.postMessage("left");
  others.close();
  return alone(async () => {
    await Promise.all([forget(), caches.delete("map")]);
    return tell();
  });
}

/** Who signed out, while the server is yet to hear of it. */
export const whoOwes = (): string | null => localStorage.getItem(owed);

/** Somebody signed in: the session before is no longer this browser's to end. */
export const notOwed = () => localStorage.removeItem(owed);

/** Tells the server of a sign-out that it did not hear of; true when none is left to tell. */
export const endOwed = async (): Promise<boolean> => !whoOwes() || alone(tell);

async function tell(): Promise<boolean> {
  const account = whoOwes();
  if (!account) return true; // another page did
  try {
    // While the session is there: a timer that runs without anybody knowing helps nobody.
    const ours = await api.GET("/api/v1/session", { signal: AbortSignal.timeout(6000) });
    if (ours.data?.account === account && ours.data.role === "worker" && !(await settleLone(account))) return false;
    await endNotices();
    // Also what others who worked with this phone recorded is sent before all is forgotten.
    const clear = (await store.left()).length === 0;
    const { response } = await api.DELETE("/api/v1/session", { params: { query: clear ? { clear: true } : {} }, signal: AbortSignal.timeout(10_000) });
    if (!response.ok && response.status !== 401) return false;
    notOwed();
    return true;
  } catch {
    return false;
  }
}
