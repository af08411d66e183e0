import { beforeEach, expect, test, vi } from "vitest";
import { endOthers, endSubscription, remember } from "./subscription";

let taking = true;

beforeEach(() => {
  taking = true;
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, text: string) => void kept.set(name, text),
    removeItem: (name: string) => void kept.delete(name),
  });
  const subscription = { unsubscribe: () => Promise.resolve(!(taking = false)) };
  const registration = { pushManager: { getSubscription: () => Promise.resolve(taking ? subscription : null) } };
  vi.stubGlobal("navigator", { serviceWorker: { getRegistration: () => Promise.resolve(registration) } });
});

test("whoever signs out takes the notices away, here and at the server", async () => {
  remember("place", "mina");
  expect(await endSubscription()).toBe("place");
  expect(taking).toBe(false);
  expect(await endSubscription()).toBe(null);
});

test("who comes next ends what was somebody else's, and nothing of the own", async () => {
  remember("place", "mina");
  await endOthers("mina");
  expect(taking).toBe(true);
  await endOthers("jonas");
  expect(taking).toBe(false);
});
