import { expect, test, vi } from "vitest";

vi.stubGlobal("location", { origin: "http://localhost" });
vi.stubGlobal("localStorage", undefined);
const { Outbox } = await import("./outbox");
const { Failure } = await import("../api/client");
type Operation = import("./outbox").Operation;

const visit = (id: string): Operation => ({
  kind: "visit",
  id,
  body: { round_id: "r", household_id: "h", outcome: "done", left_card: false, visited_on: "2027-03-01", part: "morning" },
});

function store() {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

const watcher = () => ({ changed: vi.fn(), recorded: vi.fn(), reported: vi.fn(), refused: vi.fn() });

test("what was recorded is kept until the server has it, also by the next start", async () => {
  const kept = store();
  const first = new Outbox("a", watcher(), kept, () => Promise.reject(new Failure(0, {})));
  first.add(visit("1"));
  first.add(visit("2"));
  await first.flush();
  expect(first.waiting.map((operation) => operation.id)).toEqual(["1", "2"]);

  const sent: string[] = [];
  const next = new Outbox("a", watcher(), kept, async (operation) => sent.push(operation.id));
  await next.flush();
  expect(sent).toEqual(["1", "2"]);
  expect(kept.kept.size).toBe(0);
});

test("another account of the same phone does not see it", () => {
  const kept = store();
  new Outbox("a", watcher(), kept, () => new Promise(() => {})).add(visit("1"));
  expect(new Outbox("b", watcher(), kept).waiting).toHaveLength(0);
});

test("a refusal is told and does not block what comes after it", async () => {
  const told = watcher();
  const outbox = new Outbox("a", told, store(), async (operation) => {
    if (operation.id === "1") throw new Failure(409, { type: "urn:rounds:problem:door_finished" });
  });
  outbox.add(visit("1"));
  outbox.add(visit("2"));
  await outbox.flush();
  expect(told.refused).toHaveBeenCalledOnce();
  expect(told.recorded).toHaveBeenCalledOnce();
  expect(outbox.waiting).toHaveLength(0);
});

test("a session that ended keeps what waits", async () => {
  const outbox = new Outbox("a", watcher(), store(), () => Promise.reject(new Failure(401, {})));
  outbox.add(visit("1"));
  await outbox.flush();
  expect(outbox.waiting).toHaveLength(1);
});

test("what is not on its way can be taken back", async () => {
  let answer = () => {};
  const outbox = new Outbox("a", watcher(), store(), () => new Promise<void>((resolve) => (answer = resolve)));
  outbox.add(visit("1"));
  outbox.add(visit("2"));
  expect(outbox.takeBack("1")).toBe(false);
  expect(outbox.takeBack("2")).toBe(true);
  answer();
  await outbox.flush();
  expect(outbox.waiting).toHaveLength(0);
});
