import { expect, test, vi } from "vitest";
import type { Kept, OutboxStore } from "../offline/store";

vi.stubGlobal("location", { origin: "http://localhost" });
vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => {} });
const { neverOpened, Outbox } = await import("./outbox");
const { Failure } = await import("../api/client");
const { newPhoneKey } = await import("../offline/seal");
type World = import("./outbox").World;
type Recorded = import("./outbox").Recorded;

const { key: serverKey, opener } = await newPhoneKey("424242", "");

const visit = (id: string): Recorded => ({
  kind: "visit",
  id,
  made_on: "2027-03-01",
  visit: { round_id: "r", household_id: "h", outcome: "done", left_card: false, visited_on: "2027-03-01", part: "morning" },
});

/** A phone's storage. */
function storage() {
  const outbox = new Map<string, Kept>();
  const facts = new Map<string, unknown>();
  let turn = 0;
  const store: OutboxStore = {
    all: async (account) => [...outbox.values()].filter((kept) => kept.account === account).sort((a, b) => a.turn - b.turn),
    left: async () => [...outbox.values()].filter((kept) => kept.state !== "sent"),
    async add(kept, seal) {
      const own = ++turn;
      const box = await seal(own);
      outbox.set(kept.id, { ...kept, turn: own, box, ...(kept.kind === "photo" ? { large: true } : {}) });
    },
    put: async (all) => all.forEach((kept) => outbox.set(kept.id, kept)),
    async try(ids) {
      const there = ids.flatMap((id) => outbox.get(id) ?? []).map((kept) => ({ ...kept, tried: true }));
      there.forEach((kept) => outbox.set(kept.id, kept));
      return there;
    },
    boxed: async (kept) => [...kept],
    takeBack: async (id) => !outbox.get(id)!.tried && outbox.delete(id),
    remove: async (ids) => ids.forEach((id) => outbox.delete(id)),
    fact: async <T>(name: string) => facts.get(name) as T | undefined,
    setFact: async (name, value) => void facts.set(name, value),
  };
  return { store, outbox };
}

/** A server that takes each operation once; epoch is another after a restore. */
function server() {
  const s = { account: "a", epoch: "one", taken: [] as string[], down: false, status: 200, refuse: new Set<string>(), waits: new Map<string, string>(), sent: 0 };
  const send: World["send"] = async (body) => {
    s.sent++;
    if (s.down) throw new Failure(0, {});
    if (s.status !== 200) throw new Failure(s.status, {});
    for (const { id } of body.sealed ?? []) if (!s.taken.includes(id) && !s.refuse.has(id) && !s.waits.has(id)) s.taken.push(id);
    return {
      account: s.account, epoch: s.epoch, mark: "mark", today: "2027-03-01", forget: { households: [], consents: [] }, messages: [], days: "",
      results: (body.sealed ?? []).map(({ id }) => (s.waits.has(id) ? { id, state: "waits" as const, code: s.waits.get(id)! } : s.refuse.has(id) ? { id, state: "refused" as const, code: "not_assigned" } : { id, state: "taken" as const })),
    };
  };
  return { ...s, state: s, send };
}

const watcher = () => ({ changed: vi.fn(), taken: vi.fn(), refused: vi.fn(), forget: vi.fn(), signedOut: vi.fn(), told: vi.fn(), planned: vi.fn(), notOurs: vi.fn() });
const world = (store: OutboxStore, send: World["send"]): World => {
  let last: Promise<unknown> = Promise.resolve();
  const alone = <T>(run: () => Promise<T>) => {
    const next = last.then(run, run);
    last = next.catch(() => {});
    return next;
  };
  return { store, send, sealKey: async () => ({ key: serverKey.publicKey, ticket: "t", sign_key: "" }), alone };
};

test("what was recorded is kept until the server has it, also by the next start", async () => {
  const [{ store }, { state, send }] = [storage(), server()];
  state.down = true;
  const first = new Outbox("a", watcher(), world(store, send));
  await first.add(visit("1"));
  await first.add(visit("2"));
  await first.flush();
  expect(first.waiting.map((kept) => kept.id)).toEqual(["1", "2"]);
  expect(first.reachable).toBe(false);

  state.down = false;
  const next = new Outbox("a", watcher(), world(store, send));
  await next.flush();
  expect(state.taken).toEqual(["1", "2"]);
  expect(next.waiting).toHaveLength(0);
});

test("what lies on the phone is sealed: it says nothing, and the server reads it", async () => {
  const { store, outbox } = storage();
  const { state, send } = server();
  state.down = true;
  const box = new Outbox("a", watcher(), world(store, send));
  await box.add(visit("1"));
  const kept = outbox.get("1")!;
  expect(JSON.stringify(kept)).not.toContain("done");
  const bytes = Uint8Array.from(atob(kept.box), (letter) => letter.charCodeAt(0));
  expect(JSON.parse(await opener.open("rounds operation", bytes))).toEqual({ account: "a", ticket: "t", operation: visit("1") });
});

test("another account of the same phone does not see it", async () => {
  const { store } = storage();
  const { state, send } = server();
  state.down = true;
  await new Outbox("a", watcher(), world(store, send)).add(visit("1"));
  const other = new Outbox("b", watcher(), world(store, send));
  await other.read();
  expect(other.waiting).toHaveLength(0);
});

test("a refusal is told, stays to be read, and does not block what comes after it", async () => {
  const { store } = storage();
  const { state, send } = server();
  state.refuse.add("1");
  const told = watcher();
  const box = new Outbox("a", told, world(store, send));
  await box.add(visit("1"));
  await box.add(visit("2"));
  await box.flush();
  await box.flush();
  expect(told.refused).toHaveBeenCalledOnce();
  expect(state.taken).toEqual(["2"]);
  expect([box.waiting.length, box.refused.map((kept) => kept.code)]).toEqual([0, ["not_assigned"]]);
  await box.dismiss("1");
  expect(box.refused).toHaveLength(0);
});

test("what is given up while it is on its way does not come back with the answer", async () => {
  const { store, outbox } = storage();
  const { state, send } = server();
  const box: InstanceType<typeof Outbox> = new Outbox("a", watcher(), world(store, async (body) => {
    if ((body.sealed ?? []).length > 0) await box.dismiss("1");
    return send(body);
  }));
  state.waits.set("1", "sealed");
  await box.add(visit("1"));
  await box.flush();
  expect([outbox.size, box.waiting.length]).toEqual([0, 0]);
});

test("what another's session cannot send, or the server fails at, stays, is listed and goes later", async () => {
  const { store } = storage();
  const { state, send } = server();
  const told = watcher();
  const box = new Outbox("a", told, world(store, send));
  state.account = "b";
  state.waits.set("1", "sealed").set("2", "failed");
  for (const id of ["1", "2", "3"]) await box.add(visit(id));
  await box.flush();
  await box.flush();
  expect(state.taken).toEqual(["3"]);
  expect(box.waiting.map(({ id, code }) => [id, code])).toEqual([["1", "sealed"], ["2", "failed"]]);
  expect(box.refused).toHaveLength(0);
  expect(told.notOurs).toHaveBeenCalled();
  expect(told.forget).not.toHaveBeenCalled();
  state.account = "a";
  expect(await (await box.file()).text()).toContain('"1"');
  state.waits.clear();
  await box.flush();
  await box.flush();
  expect(state.taken).toEqual(["3", "1", "2"]);
  expect(box.waiting).toHaveLength(0);
});

test("photos go last and one by one", async () => {
  const { store } = storage();
  const { state, send } = server();
  const parts: string[][] = [];
  const box = new Outbox("a", watcher(), world(store, (body) => {
    parts.push((body.sealed ?? []).map(({ id }) => id));
    return send(body);
  }));
  state.down = true;
  const photo = (id: string): Recorded => ({ kind: "photo", id, made_on: "2027-03-01", photo: { incident_id: "i", picture: "" } });
  for (const one of [photo("1"), visit("2"), photo("3"), visit("4")]) await box.add(one);
  await box.flush();
  state.down = false;
  parts.length = 0;
  await box.flush();
  expect(parts.slice(0, 3)).toEqual([["2", "4"], ["1"], ["3"]]);
  expect(box.waiting).toHaveLength(0);
});

test("many small photos go in as many syncs as the server reads", async () => {
  const { store, outbox } = storage();
  const { state, send } = server();
  const parts: number[] = [];
  const box = new Outbox("a", watcher(), world(store, (body) => {
    parts.push(body.sealed!.length);
    return send(body);
  }));
  for (let n = 0; n < 90; n++) outbox.set(`${n}`, { id: `${n}`, account: "a", kind: "photo", turn: n, at: 0, box: "x".repeat(60_000), state: "unsent" });
  await box.flush();
  expect(parts).toEqual([50, 40]);
  expect(state.taken).toHaveLength(90);
});

test("what nobody can open is told apart, and stops no forgetting", async () => {
  const { store } = storage();
  const { state, send } = server();
  const told = watcher();
  const box = new Outbox("a", told, world(store, send));
  state.waits.set("1", "sealed");
  await box.add(visit("1"));
  await box.flush();
  expect(told.forget).toHaveBeenCalled();
  expect(box.waiting.map(({ code }) => code)).toEqual([neverOpened]);
  await box.dismiss("1");
  expect(box.waiting).toHaveLength(0);
});

test("a session that ended keeps what waits, and says so", async () => {
  const { store } = storage();
  const { state, send } = server();
  state.status = 401;
  const told = watcher();
  const box = new Outbox("a", told, world(store, send));
  await box.add(visit("1"));
  await box.flush();
  expect(box.waiting).toHaveLength(1);
  expect(told.signedOut).toHaveBeenCalled();
});

test("what time of day it was stays on the phone until the server has it, not longer", async () => {
  const { store, outbox } = storage();
  const { state, send } = server();
  [state.down, state.refuse] = [true, new Set(["2"])];
  const box = new Outbox("a", watcher(), world(store, send));
  vi.setSystemTime("2027-03-01T10:20:30Z");
  await box.add(visit("1"));
  await box.add(visit("2"));
  await box.flush();
  const times = () => [...outbox.values()].map((kept) => new Date(kept.at).toISOString());
  expect(times()).toEqual(["2027-03-01T10:20:30.000Z", "2027-03-01T10:20:30.000Z"]);
  state.down = false;
  await box.flush();
  expect(times()).toEqual(["2027-03-01T00:00:00.000Z", "2027-03-01T00:00:00.000Z"]);
  vi.useRealTimers();
});

test("a server that was restored from an older backup gets everything again, once", async () => {
  const { store } = storage();
  const { state, send } = server();
  const box = new Outbox("a", watcher(), world(store, send));
  await box.add(visit("1"));
  await box.add(visit("2"));
  await box.flush();
  expect(state.taken).toEqual(["1", "2"]);
  [state.epoch, state.taken] = ["two", ["1"]];
  await box.add(visit("3"));
  await box.flush();
  expect(state.taken.sort()).toEqual(["1", "2", "3"]);
  expect(box.waiting).toHaveLength(0);
});

test("two tabs share one outbox and send each operation once", async () => {
  const { store } = storage();
  const { state, send } = server();
  const shared = world(store, send);
  const [one, other] = [new Outbox("a", watcher(), shared), new Outbox("a", watcher(), shared)];
  await Promise.all([one.add(visit("1")), other.add(visit("2"))]);
  await Promise.all([one.flush(), other.flush()]);
  await one.flush();
  expect(state.taken.sort()).toEqual(["1", "2"]);
});

test("what was never on its way can be taken back; of what was, the server may have it", async () => {
  const { store } = storage();
  const { state, send } = server();
  const box = new Outbox("a", watcher(), { ...world(store, send), alone: () => new Promise<never>(() => {}) });
  await box.add(visit("1"));
  expect(await box.takeBack("1")).toBe(true);
  expect(box.waiting).toHaveLength(0);

  state.down = true;
  const other = new Outbox("a", watcher(), world(store, send));
  await other.add(visit("2"));
  await other.flush();
  expect(await other.takeBack("2")).toBe(false);
  expect(other.waiting).toHaveLength(1);
});
