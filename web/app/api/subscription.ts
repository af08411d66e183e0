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

const here = () => JSON.parse(localStorage.getItem(place) ?? "null") as { id: string; account: string } | null;

/** Whether a place that the server knows is this browser. */
export const isHere = (id: string): boolean => here()?.id === id;

/** Ends what this browser takes; gives the place that the server is to forget, null when there was none. */
export async function endSubscription(): Promise<string | null> {
  const id = here()?.id ?? null;
  await (await subscription())?.unsubscribe();
  localStorage.removeItem(place); // not before: what did not end is ended by who comes next
  return id;
}

/** On a shared computer nobody sees notices of who was here before. */
export async function endOthers(account: string) {
  const known = here();
  if (known && known.account !== account) await endSubscription();
}
