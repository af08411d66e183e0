import { expect, test, vi } from "vitest";

vi.stubGlobal("location", { origin: "https://rounds.example.org", search: "", pathname: "/desk", hash: "" });
vi.stubGlobal("localStorage", { getItem: (name: string) => (name === "language" ? "en" : null), setItem: () => {} });
vi.stubGlobal("addEventListener", () => {});
vi.stubGlobal("document", { documentElement: {} });

/** Answers that wait, in the order in which they were asked for. */
const asked: { cursor: string | null; answer: (items: string[], next: string | null) => void }[] = [];
vi.stubGlobal("fetch", (request: Request) =>
  new Promise<Response>((give) => {
    const cursor = new URL(request.url).searchParams.get("cursor");
    asked.push({ cursor, answer: (ids, next) => give(Response.json({ items: ids.map((id) => ({ id })), next })) });
  }),
);
const { Desk } = await import("./desk.svelte");

test("whoever asks twice for more matters has each once, and the last reading counts", async () => {
  const desk = new Desk({ role: "supervisor", areas: [] } as never);
  const ids = () => desk.incidents.map((incident) => incident.id);
  const first = desk.loadIncidents();
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  const page = Array.from({ length: 200 }, (_, i) => `of the first page ${i}`);
  asked[0]!.answer(page, "b");
  await first;
  const more = [desk.loadMoreIncidents(), desk.loadMoreIncidents()];
  await vi.waitFor(() => expect(asked).toHaveLength(3));
  for (const one of asked.slice(1)) one.answer(["c"], null);
  await Promise.all(more);
  expect(ids()).toEqual([...page, "c"]);
  const two = [desk.loadIncidents(), desk.loadIncidents()];
  await vi.waitFor(() => expect(asked).toHaveLength(5));
  asked[4]!.answer(["new"], null);
  asked[3]!.answer(["old"], "old");
  await vi.waitFor(() => expect(ids()).toEqual(["new"]));
  if (asked[5]) asked[5].answer([], null);
  await Promise.all(two.slice(1));
  expect([ids(), desk.moreIncidents]).toEqual([["new"], null]);
}, 60_000);

test("the matter that a link leads to is read, however many are due before it", async () => {
  asked.length = 0;
  const desk = new Desk({ role: "supervisor", areas: [] } as never);
  desk.incident = "of the third page";
  const reading = desk.loadIncidents();
  for (const [n, items] of [["first"], ["second"], ["of the third page"]].entries()) {
    await vi.waitFor(() => expect(asked).toHaveLength(n + 1));
    asked[n]!.answer(Array.from({ length: n < 2 ? 200 : 1 }, (_, i) => (n < 2 ? `${items[0]} ${i}` : items[0]!)), "more");
  }
  await reading;
  expect(desk.incidents.at(-1)!.id).toBe("of the third page");
}, 60_000);
