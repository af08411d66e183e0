// 40 visits of a day in one sync over slow 3G, as the browser's tools have it: 400 kbit/s
// both ways and 400 ms more for each round trip.
import { expect, test } from "@playwright/test";
import { session } from "../e2e/people";
import { seal, toBase64 } from "../offline/seal";

const slow3G = { offline: false, downloadThroughput: 50_000, uploadThroughput: 50_000, latency: 400 };

test("40 visits on slow 3G", async ({ browser }) => {
  const context = await browser.newContext({ storageState: session("w03") });
  const page = await context.newPage();
  await page.goto("/walk");
  const get = async (path: string) => (await context.request.get(path)).json();
  const [me, day, { key, ticket }] = [await get("/api/v1/session"), await get("/api/v1/day"), await get("/api/v1/sync/key")];
  const sealed = [];
  for (let i = 0; i < 40; i++) {
    const id = crypto.randomUUID();
    const stop = day.stops[i % day.stops.length];
    const visit = { round_id: day.round.id, household_id: stop.household, outcome: "not_home", left_card: false, visited_on: day.date, part: "morning" };
    const text = JSON.stringify({ account: me.account, ticket, operation: { id, kind: "visit", made_on: day.date, visit } });
    sealed.push({ id, box: toBase64(await seal(key, "rounds operation", text)) });
  }
  const devtools = await context.newCDPSession(page);
  await devtools.send("Network.enable");
  await devtools.send("Network.emulateNetworkConditions", slow3G);
  const body = JSON.stringify({ mark: "", operations: [], sealed, held: { households: [], consents: [] } });
  const found = await page.evaluate(async (body) => {
    const began = performance.now();
    const answer = await fetch("/api/v1/sync", { method: "POST", headers: { "Content-Type": "application/json" }, body });
    const { results } = (await answer.json()) as { results: { state: string }[] };
    return { ms: performance.now() - began, taken: results.filter(({ state }) => state === "taken").length };
  }, body);
  expect(found.taken).toBe(40);
  console.log(`40 visits, ${Math.round(body.length / 1000)} KB, on slow 3G: ${(found.ms / 1000).toFixed(2)} s`);
  await context.close();
});
