import { expect, phone, test } from "./driver";

test("journey 1: the worker opens the phone, sees the day and starts with one tap", async ({ visit }) => {
  const worker = await visit("a worker", "/walk", { viewport: phone });
  await expect(worker.page.getByText(/\d+ stops?, [\d.]+ k?m, back by \d\d:\d\d/)).toBeVisible();
  const taps = await worker.taps(() => worker.tap("Start"));
  expect(taps).toBe(1);
  await expect(worker.page.getByText("Next stop", { exact: true })).toBeVisible();
  await worker.page.reload();
  await expect(worker.page.getByText("Next stop", { exact: true })).toBeVisible();
});

test("journey 2: one tap records a visit, the next stop opens by itself, and undo takes it back", async ({ visit }) => {
  const worker = await visit("a worker", "/walk", { viewport: phone });
  await worker.tap("Start");
  const name = worker.page.locator("#stop-name");
  const first = await name.textContent();
  const progress = worker.page.getByRole("heading", { name: /\d+ of \d+ done/ });
  const before = await progress.textContent();

  expect(await worker.taps(() => worker.tap("Not home"))).toBe(1);
  await expect(worker.page.getByText(`Not home: ${first}`)).toBeVisible();
  await expect(progress).not.toHaveText(before!);
  await expect(worker.page.getByText("All sent")).toBeVisible();

  await worker.tap("Undo");
  await expect(worker.page.getByText("Taken back.")).toBeVisible();
  await expect(name).toHaveText(first!);
  await expect(progress).toHaveText(before!);
  await expect(worker.page.getByText("All sent")).toBeVisible();
  await worker.page.reload();
  await expect(progress).toHaveText(before!);

  expect(await worker.taps(() => worker.tap("Done"))).toBe(1);
  await expect(worker.page.getByText(`Done: ${first}`)).toBeVisible();
  await expect(worker.page.getByText("All sent")).toBeVisible();
  await worker.page.reload();
  await expect(progress).not.toHaveText(before!);
});

test("what is recorded while nobody answers waits, in words, and goes by itself later", async ({ visit }) => {
  const worker = await visit("a worker", "/walk", { viewport: phone });
  await worker.tap("Start");
  await worker.context.setOffline(true);
  await worker.tap("Done");
  await expect(worker.page.getByText("Offline · 1 waiting")).toBeVisible();
  await worker.context.setOffline(false);
  await expect(worker.page.getByText("All sent")).toBeVisible();

  // The server is gone when it has taken a visit and before it says so: it is sent again, and is there once.
  const heading = worker.page.getByRole("heading", { name: /\d+ of \d+ done/ });
  const sent: string[] = [];
  await worker.context.route("**/api/v1/sync", async (route) => {
    const { sealed } = route.request().postDataJSON() as { sealed: { id: string }[] };
    if (sealed.length === 0) return route.continue();
    sent.push(sealed[0]!.id);
    await route.fetch();
    await route.abort("connectionreset");
  });
  await worker.tap("Done");
  await expect(worker.page.getByText("Offline · 1 waiting")).toBeVisible();
  const done = await heading.textContent();
  await worker.context.unroute("**/api/v1/sync");
  const again = worker.page.waitForResponse("**/api/v1/sync");
  await worker.page.evaluate(() => dispatchEvent(new Event("online")));
  const { results } = (await (await again).json()) as { results: { id: string; state: string }[] };
  expect(results).toEqual([{ id: sent[0], state: "taken" }]);
  await expect(worker.page.getByText("All sent")).toBeVisible();
  await worker.page.reload();
  await expect(heading).toHaveText(done!);
});

test("journey 5: a hazard is reported in four taps, and the due date is shown", async ({ visit }) => {
  const worker = await visit("a worker", "/walk", { viewport: phone });
  await worker.tap("Start");
  const taps = await worker.taps(async () => {
    await worker.tap("Report");
    await worker.tap("Blocked escape route");
    await expect(worker.page.getByText(/Nothing open nearby|Already reported nearby/).first()).toBeVisible();
    await worker.tap("Save report");
  });
  expect(taps).toBeLessThanOrEqual(4);
  await expect(worker.page.getByText(/Saved for Fire safety\. Due on/)).toBeVisible();
});

test("journey 2 with the keyboard alone", async ({ visit }) => {
  const worker = await visit("a worker", "/walk", { viewport: phone });
  const { page } = worker;
  await page.getByRole("button", { name: "Start" }).focus();
  await page.keyboard.press("Enter");
  const first = await page.locator("#stop-name").textContent();
  await page.getByRole("link", { name: "Navigate" }).focus();
  const done = page.getByRole("button", { name: "Done", exact: true });
  // The ways there are on the way: directions where there are streets, and the arrow.
  for (let tabs = 0; tabs < 3 && !(await done.evaluate((button) => button === document.activeElement)); tabs++) await page.keyboard.press("Tab");
  await expect(done).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByText(`Done: ${first}`)).toBeVisible();
});

test("journey 4: a household that is missing is found within 30 m, or added", async ({ visit }) => {
  const worker = await visit("a worker", "/walk", { viewport: phone });
  const { page } = worker;
  await expect(page.getByText("All sent")).toBeVisible();
  await worker.tap("Start");
  await page.locator("#stops li").last().getByRole("button").click();
  const name = (await page.locator("#stop-name").textContent())!;
  await worker.tap("Menu");
  await worker.tap("A household is missing");
  const dialog = page.getByRole("dialog", { name: "A household is missing" });
  await expect(dialog.getByRole("heading", { name: "Is it one of these?" })).toBeVisible();
  await worker.seesNoBarriers();
  await dialog.getByRole("button").filter({ hasText: name }).first().click();
  await expect(page.locator("#stop-name")).toHaveText(name);
  const number = String(1000 + Math.floor(Math.random() * 9000));
  for (const doors of ["1", "4"]) {
    await worker.tap("Menu");
    await worker.tap("A household is missing");
    await page.getByLabel("Street").fill("Carrer Nou");
    await page.getByLabel("House number").fill(number);
    await page.getByLabel("Doors").fill(doors);
    await worker.tap("Add");
    await expect(page.getByText("If it was missing, the next plan has it.")).toBeVisible();
    await expect(page.getByText("All sent")).toBeVisible();
  }
  // The doors were counted differently: a supervisor chooses.
  const supervisor = await visit("supervisor", "/desk");
  await supervisor.tap(/Team/);
  const place = supervisor.page.getByRole("group", { name: `Carrer Nou ${number}` });
  await expect(place).toBeVisible();
  await supervisor.seesNoBarriers();
  await place.getByRole("button", { name: /^Take 4/ }).click();
  await expect(place).toHaveCount(0);
});

test("a stop comes later or next by hand, and the rest of the way is shortened on the phone", async ({ visit }) => {
  const worker = await visit("a worker", "/walk", { viewport: phone });
  const { page } = worker;
  await expect(page.getByText("All sent")).toBeVisible();
  await worker.tap("Start");
  const seq = page.locator("article .seq");
  const first = (await seq.textContent())!;
  await worker.tap("Later");
  await expect(page.getByText(/^Comes last now: /)).toBeVisible();
  await expect(seq).not.toHaveText(first);
  await page.locator("#stops li").last().getByRole("button").click();
  await expect(seq).toHaveText(first);
  await worker.tap("Go there next");
  await expect(page.getByText(/^Next: /)).toBeVisible();
  await expect(seq).toHaveText(first);
  const stops = await page.locator("#stops li").count();
  await worker.tap("Shorten the way");
  await expect(page.getByText(/ on the streets instead of /)).toBeVisible();
  await expect(page.locator("#stops li")).toHaveCount(stops);
  await worker.seesNoBarriers();
});

test("directions and an arrow lead to the next stop; where the phone is goes nowhere", async ({ visit }) => {
  const worker = await visit("a worker", "/about", { viewport: phone });
  const { page, context } = worker;
  const here = { latitude: 42.512345, longitude: 1.543217 };
  await context.grantPermissions(["geolocation"]);
  await context.setGeolocation({ ...here, accuracy: 7 });
  const sent: string[] = [];
  page.on("request", (request) => sent.push(request.url() + (request.postData() ?? "")));
  await page.goto("/walk");
  await worker.tap("Start");
  await page.locator("#stops li").filter({ hasNotText: /Done|Not home|Finished|Declined/ }).nth(1).getByRole("button").click();
  await worker.tap("Directions");
  await expect(page.locator("article ol li").first()).toContainText(/Start|出发/);
  await worker.tap("Arrow");
  await expect(page.getByText("within 7 m")).toBeVisible();
  await expect(page.locator(".compass")).toContainText(/north|east|south|west/);
  await worker.seesNoBarriers();
  const kept = await page.evaluate(async () => {
    const request = indexedDB.open("rounds");
    const db = await new Promise<IDBDatabase>((resolve) => (request.onsuccess = () => resolve(request.result)));
    const read = (store: string) => new Promise((resolve) => (db.transaction(store).objectStore(store).getAll().onsuccess = (event) => resolve((event.target as IDBRequest).result)));
    return JSON.stringify([await read("facts"), await read("outbox"), { ...localStorage }, { ...sessionStorage }]);
  });
  expect([...sent, kept].filter((text) => /42\.5123|1\.5432/.test(text))).toEqual([]);
});
