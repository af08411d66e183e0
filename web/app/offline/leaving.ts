// Signing out: on the phone at once, at the server as soon as it answers.
import { api, endNotices } from "../api/client";
import { store } from "./store";

const owed = "signing-out";

/** Ends the session; false when the server is yet to hear of it. */
export function signOut(): Promise<boolean> {
  localStorage.setItem(owed, "1");
  return endOwed();
}

export const isOwed = (): boolean => localStorage.getItem(owed) !== null;

/** Somebody signed in: the session before is no longer this browser's to end. */
export const notOwed = () => localStorage.removeItem(owed);

/** Tells the server of a sign-out that it did not hear of; true when none is left to tell. */
export async function endOwed(): Promise<boolean> {
  if (!isOwed()) return true;
  try {
    await endNotices();
    // Also what others who worked with this phone recorded is sent before all is forgotten.
    const clear = await store.empty();
    const { response } = await api.DELETE("/api/v1/session", { params: { query: clear ? { clear: true } : {} }, signal: AbortSignal.timeout(10_000) });
    if (!response.ok && response.status !== 401) return false;
    notOwed();
    return true;
  } catch {
    return false;
  }
}
