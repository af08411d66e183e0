import { beforeEach, expect, test, vi } from "vitest";
import { endOthers, endSubscription, isHere, remember } from "./subscription";

let taking = true;
let network = true;

beforeEach(() => {
  taking = network = true;
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, text: string) => void kept.set(name, text),
    removeItem: (name: string) => void kept.delete(name),
  });
  const subscription = { unsubscribe: () => (network ? Promise.resolve(!(taking = false)) : Promise.reject(new Error("no network"))) };
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

test("what did not end at a sign-out is ended by who comes next", async () => {
  remember("place", "mina");
  network = false;
  await expect(endSubscription()).rejects.toThrow("no network");
  network = true;
  await endOthers("jonas");
  expect(taking).toBe(false);
});

test("another browser's place is not this one", () => {
  remember("place", "mina");
  expect([isHere("place"), isHere("another")]).toEqual([true, false]);
});
