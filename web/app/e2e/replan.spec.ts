import type { Page } from "@playwright/test";
import { expect, phone, test } from "./driver";

// A plan is searched for as long as it was asked for, on whatever machine.
test.slow();

test("journey 7: propose a plan, see how fair it is, publish it", async ({ visit }) => {
  const worker = await visit("w03", "/walk", { viewport: phone });
  await expect(worker.page.getByText("All sent")).toBeVisible();
  const supervisor = await visit("supervisor", "/desk");
  const { page } = supervisor;
  await page.getByRole("button", { name: "Plan", exact: true }).click();
  const taps = await supervisor.taps(async () => {
    await supervisor.tap("Propose a plan");
    await expect(page.getByText("Proposed", { exact: true })).toBeVisible({ timeout: 90_000 });
    await expect(page.getByRole("heading", { name: "Minutes per worker" })).toBeVisible();
    await supervisor.tap("Publish");
    await page.getByRole("dialog").getByRole("button", { name: "Publish" }).click();
  });
  expect(taps).toBeLessThanOrEqual(4);
  await expect(page.getByText("Published", { exact: true }).first()).toBeVisible();
  // A phone that shows the plan before follows with its next sync.
  let reads = 0;
  worker.page.on("request", (request) => (reads += request.url().endsWith("/api/v1/day") ? 1 : 0));
  await expect.poll(async () => {
    await worker.page.evaluate(() => dispatchEvent(new Event("online")));
    return reads;
  }).toBe(1);

  await page.getByRole("button", { name: /^w01/ }).click();
  await page.getByRole("list", { name: "Days" }).getByRole("button").first().click();
  await expect(page.locator(".stop").first()).toBeVisible();
  expect(new URL(page.url()).searchParams.get("worker")).not.toBeNull();
  await page.reload();
  await expect(page.locator(".stop").first()).toBeVisible();
});

test("journey 8: a worker is away, what that changes, accept", async ({ visit }) => {
  const supervisor = await visit("supervisor", "/desk?view=plan");
  const { page } = supervisor;
  const taps = await supervisor.taps(async () => {
    await page.getByRole("button", { name: /^w07/ }).click();
    await page.getByRole("button", { name: /^Away/ }).click();
    const changes = page.getByRole("region", { name: "What changes" });
    await expect(changes).toContainText(/[1-9]\d* stops move · 0 done ones change/, { timeout: 90_000 });
    await expect(changes.getByRole("row", { name: /^w07/ })).toBeVisible();
    await supervisor.tap("Accept");
  });
  expect(taps).toBe(3);
  await expect(page.getByText("Published", { exact: true }).first()).toBeVisible();
  await expect(page.getByRole("region", { name: "What changes" })).toBeHidden();
});

test("a place is booked for a day, and the plan changes around it", async ({ visit }) => {
  const supervisor = await visit("supervisor", "/desk?view=plan");
  const { page } = supervisor;
  await page.getByRole("button", { name: /^w03/ }).click();
  await page.getByRole("list", { name: "Days" }).getByRole("button").last().click();
  await page.locator(".stop").first().getByRole("button").click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("heading", { name: "When and by whom" })).toBeVisible();
  await supervisor.seesNoBarriers();
  await dialog.getByLabel("Between").fill("09:00");
  await dialog.getByLabel("and", { exact: true }).fill("11:30");
  await dialog.getByRole("button", { name: "Save and change the plan" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("region", { name: "What changes" })).toBeVisible({ timeout: 90_000 });
  await supervisor.tap("Discard");
  await dialog.getByRole("button", { name: "Discard" }).click();
  await expect(page.getByRole("region", { name: "What changes" })).toBeHidden();
});

test("a street is closed on the map by keyboard, and opened again", async ({ visit }) => {
  const supervisor = await visit("supervisor", "/desk?view=plan");
  const { page } = supervisor;
  await page.getByText("Closed streets").click();
  await expect(page.locator("[data-ready=true]")).toBeVisible();
  await supervisor.tap("Close a street");
  await supervisor.seesNoBarriers();
  await page.locator(".map canvas").press("Enter");
  const closed = page.getByRole("list", { name: "Closed streets" }).getByRole("listitem");
  await expect(closed).toHaveCount(1);
  await closed.getByRole("button", { name: /^Open again/ }).click();
  await expect(closed).toHaveCount(0);
});

test("a worker comes late on a day, and the plan changes around it", async ({ visit }) => {
  const supervisor = await visit("supervisor", "/desk?view=plan");
  const { page } = supervisor;
  await page.getByRole("button", { name: /^w06/ }).click();
  await page.getByText("Other hours on a day").click();
  const form = page.locator("form").filter({ has: page.getByLabel("There from") });
  await form.getByRole("combobox", { name: "Day" }).selectOption({ index: 1 });
  await form.getByLabel("There from").fill("11:00");
  await form.getByLabel("Until").fill("13:00");
  await supervisor.tap("Save and change the plan");
  await expect(page.getByRole("region", { name: "What changes" })).toContainText(/0 done ones change/, { timeout: 90_000 });
  await supervisor.tap("Discard");
  await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
  await expect(page.getByRole("region", { name: "What changes" })).toBeHidden();
});

/** Where a place is on a map of this size that was fitted to a line, with 48 pixels left around it. */
function pixelOf(place: [number, number], line: [number, number][], size: { width: number; height: number }) {
  const x = (lon: number) => (lon + 180) / 360;
  const y = (lat: number) => (1 - Math.log(Math.tan((lat * Math.PI) / 180) + 1 / Math.cos((lat * Math.PI) / 180)) / Math.PI) / 2;
  const [xs, ys] = [line.map((p) => x(p[0])), line.map((p) => y(p[1]))];
  const [west, east, north, south] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const zoom = Math.min(512 * 2 ** 17, (size.width - 96) / (east - west), (size.height - 96) / (south - north));
  return { x: size.width / 2 + (x(place[0]) - (west + east) / 2) * zoom, y: size.height / 2 + (y(place[1]) - (north + south) / 2) * zoom };
}

type Stop = { household: string; lon: number; lat: number };
type Taker = { worker_id: string; code: string; distance_m: number | null };

/** The last day of a worker that begins in a cell to which somebody else who may take it comes nearest: who holds which grid, and walks where, is the demo's. */
async function givable(page: Page) {
  const get = async (path: string) => (await page.request.get(path)).json();
  const round = (await get("/api/v1/rounds")).items.find((one: { closed: boolean }) => !one.closed);
  const routes = (await get(`/api/v1/plans/${round.published_plan}/routes?limit=500`)).items as { id: string; worker_id: string; code: string; date: string }[];
  const last = new Map(routes.sort((a, b) => a.date.localeCompare(b.date)).map((route) => [route.worker_id, route]));
  const found: { code: string; stop: Stop; line: { coordinates: [number, number][] }; taker: Taker }[] = [];
  for (const { id, worker_id, code } of last.values()) {
    const { stops, line } = (await get(`/api/v1/routes/${id}`)) as { stops: Stop[]; line: { coordinates: [number, number][] } };
    const stop = stops[0]!;
    const cell = await cellAt(page, round.published_plan, stop);
    if (cell.worker_id === worker_id && cell.household === stop.household && cell.takers.length > 0) found.push({ code, stop, line, taker: cell.takers[0]! });
  }
  return found.reduce((nearest, one) => ((one.taker.distance_m ?? Infinity) < (nearest.taker.distance_m ?? Infinity) ? one : nearest));
}

async function cellAt(page: Page, plan: string, { lon, lat }: Stop) {
  const answer = await page.request.post(`/api/v1/plans/${plan}/cell`, { data: { lon, lat } });
  return (await answer.json()) as { household: string; worker_id: string | null; takers: Taker[] };
}

test("journey 7: a cell is chosen on the map, given to somebody else, and shows what that does", async ({ visit }) => {
  const supervisor = await visit("supervisor", "/desk?view=plan");
  const { page } = supervisor;
  const { code, stop, line, taker } = await givable(page);
  await page.getByRole("button", { name: new RegExp(`^${code}`) }).click();
  const drawn = page.waitForResponse(/\/api\/v1\/routes\//);
  await page.getByRole("list", { name: "Days" }).getByRole("button").last().click();
  await drawn;
  await page.getByRole("button", { name: "All workers" }).click();
  await expect(page.getByRole("button", { name: "Move a cell, or ask why" })).toBeVisible();
  await page.keyboard.press("m");
  await expect(page.getByText("Click a place on the map")).toBeVisible();
  const map = page.locator("[data-ready=true]");
  const box = (await map.boundingBox())!;
  await map.click({ position: pixelOf([stop.lon, stop.lat], line.coordinates, box) });
  await expect(page.getByText(`open doors of ${code}.`)).toBeVisible();
  await supervisor.seesNoBarriers();
  await page.getByRole("combobox", { name: "Move the cell to" }).selectOption({ value: taker.worker_id });
  const compared = page.waitForResponse(/\/api\/v1\/plans\/[^/]+\/changes/, { timeout: 90_000 });
  await supervisor.tap("Show what it does");
  await expect(page.getByRole("region", { name: "What changes" })).toContainText(/[1-9]\d* stops? moves? · 0 done ones change/, { timeout: 90_000 });
  await expect(page.getByText(/^From tomorrow on .* after$/).first()).toBeVisible();
  const proposed = (await compared).url().split("/").at(-2)!;
  expect(await cellAt(page, proposed, stop)).toMatchObject({ household: stop.household, worker_id: taker.worker_id, reason: null });
  await supervisor.tap("Discard");
  await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
  await expect(page.getByRole("region", { name: "What changes" })).toBeHidden();
});

test("a holiday is set and taken back", async ({ visit }) => {
  const supervisor = await visit("supervisor", "/desk?view=team");
  const { page } = supervisor;
  await page.getByLabel("Day", { exact: true }).fill("2031-03-14");
  await supervisor.tap("Add holiday");
  const holiday = page.getByRole("list", { name: "Public holidays" }).getByRole("listitem").filter({ hasText: "2031" });
  await expect(holiday).toBeVisible();
  await holiday.getByRole("button").click();
  await expect(holiday).toHaveCount(0);
});
