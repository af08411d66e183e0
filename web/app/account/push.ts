// This browser as a place for notices (Push API).
import { api, ask } from "../api/client";
import { remember, scope, subscription } from "../api/subscription";

export const canPush = () => "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

/** Asks the person, and tells the server where this browser is; false when they said no. */
export async function startPush(key: string, account: string): Promise<boolean> {
  if ((await Notification.requestPermission()) !== "granted") return false;
  await navigator.serviceWorker.register("/notices.js", { scope });
  const kept = (await navigator.serviceWorker.getRegistration(scope))!;
  await active(kept);
  const made = (await subscription()) ?? (await kept.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) }));
  const { endpoint, keys } = made.toJSON();
  const { id } = await ask(api.PUT("/api/v1/account/notices/push", { body: { endpoint: endpoint!, p256dh: keys!["p256dh"]!, auth: keys!["auth"]! } }));
  remember(id, account);
  return true;
}

/** Waits until the worker of a registration runs. */
function active(kept: ServiceWorkerRegistration): Promise<void> {
  const worker = kept.installing ?? kept.waiting;
  if (kept.active || !worker) return Promise.resolve();
  return new Promise((resolve) => worker.addEventListener("statechange", () => worker.state === "activated" && resolve()));
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}
