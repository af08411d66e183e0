// This browser as a place for notices (Push API), and whose it is.

/** The service worker for notices controls no page. */
export const scope = "/account/notices";

const place = "notices-here";

/** The subscription of this browser, when there is one. */
export async function subscription(): Promise<PushSubscription | null> {
  const kept = await navigator.serviceWorker?.getRegistration(scope);
  return (await kept?.pushManager.getSubscription()) ?? null;
}

/** Remembers the place by which the server knows this browser, and whose account it is of. */
export const remember = (id: string, account: string) => localStorage.setItem(place, JSON.stringify({ id, account }));

/** Ends what this browser takes; gives the place that the server is to forget, null when there was none. */
export async function endSubscription(): Promise<string | null> {
  const kept = localStorage.getItem(place);
  localStorage.removeItem(place);
  await (await subscription())?.unsubscribe();
  return kept && (JSON.parse(kept) as { id: string }).id;
}

/** On a shared computer nobody sees notices of who was here before. */
export async function endOthers(account: string) {
  const kept = localStorage.getItem(place);
  if (kept && (JSON.parse(kept) as { account: string }).account !== account) await endSubscription();
}
