import { expect, test, vi } from "vitest";

vi.stubGlobal("location", { origin: "http://localhost" });
vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => {} });
const facts = new Map<string, unknown>();
vi.mock("../offline/store", () => ({
  store: {
    fact: async (name: string) => facts.get(name),
    setFact: async (name: string, value: unknown) => void (value === undefined ? facts.delete(name) : facts.set(name, value)),
  },
}));
/** What the server was asked, and answers when it is told to. */
const asked: { method: string; answer: (body: unknown) => void; fail: () => void }[] = [];
vi.stubGlobal("fetch", ({ method }: Request) => new Promise<Response>((resolve, reject) =>
  asked.push({ method, answer: (body) => resolve(Response.json(body)), fail: () => reject(new TypeError("no connection")) })));
const next = (method: string) => vi.waitUntil(() => asked.splice(asked.findIndex((one) => one.method === method) >>> 0, 1)[0], { timeout: 30_000 });
const { Lone } = await import("./lone.svelte");
const { settleLone } = await import("../offline/lone");
const { Locker } = await import("../offline/pack");

test("what the server knew before a timer was started does not stop it", async () => {
  facts.clear();
  const lone = new Lone("anna");
  const begun = lone.begin();
  const before = await next("GET");
  const started = lone.start(60);
  (await next("PUT")).answer({ lapses_at: null });
  await started;
  before.answer({ lapses_at: null });
  await begun;
  expect(lone.left).toBe(60);
  expect(lone.owed).toBe(false);
  lone.end();
}, 60_000);

test("a timer that ended with the session writes nothing behind what was cleared", async () => {
  facts.clear();
  const lone = new Lone("anna");
  const started = lone.start(60);
  const told = await next("PUT");
  expect([...facts.keys()]).toEqual(["lone:anna"]);
  lone.end();
  facts.clear();
  told.fail();
  await started;
  expect(facts.size).toBe(0);
}, 60_000);

test("a day whose key knows no server is not left on the phone", async () => {
  facts.clear();
  for (const [name, value] of [["phone key:anna", { publicKey: "p" }], ["pack:anna", { box: "b", at: 1 }], ["last account", "anna"]] as const) facts.set(name, value);
  expect(await Locker.last()).toBeNull();
  expect(facts.size).toBe(0);
}, 60_000);

test("what was said without a connection outlives the day on the phone, and is told before the session ends", async () => {
  facts.clear();
  const lone = new Lone("anna");
  const started = lone.start(60);
  (await next("PUT")).fail();
  await started;
  lone.end();
  await (await Locker.of("anna")).clear();
  expect([...facts.keys()]).toEqual(["lone:anna"]);
  const silent = settleLone("anna");
  (await next("PUT")).fail();
  expect(await silent).toBe(false);
  const told = settleLone("anna");
  (await next("PUT")).answer({ lapses_at: null });
  expect(await told).toBe(true);
  expect(facts.size).toBe(0);
}, 60_000);
