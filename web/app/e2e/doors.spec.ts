import { expect, phone, test } from "./driver";

test("the stop card tells what the door needs, and a note is added, seen again and taken away", async ({ visit }) => {
  const worker = await visit("a worker", "/walk", { viewport: phone });
  const { page } = worker;
  await worker.tap("Start");
  await page.locator("#stops li").first().getByRole("button").click();
  const door = page.getByRole("region", { name: "Notes about this door" });
  await worker.tap("Door note");
  await door.getByRole("button", { name: "Broken steps" }).click();
  await expect(page.getByText("All sent")).toBeVisible();
  await worker.seesNoBarriers();
  await page.reload();
  await page.locator("#stops li").first().getByRole("button").click();
  await door.getByRole("button", { name: "Broken steps" }).click();
  await worker.tap("Still so");
  await door.getByRole("button", { name: "Broken steps" }).click();
  await worker.tap("No longer");
  await expect(door.getByRole("button", { name: "Broken steps" })).toHaveCount(0);
  await expect(page.getByText("All sent")).toBeVisible();
});

test("help is recorded only after the notice and a yes, and withdrawn with the code without signing in", async ({ visit }) => {
  const worker = await visit("a worker", "/walk", { viewport: phone });
  const { page } = worker;
  await worker.tap("Start");
  // The demo has places that want support already; which ones are today's is the plan's.
  const wanted = page.getByRole("heading", { name: "Support wanted" });
  const go = async (at: number) => {
    const stop = page.locator("#stops li").nth(at).getByRole("button");
    await stop.click();
    await expect(stop).toHaveAttribute("aria-current", "step");
  };
  let place = (await page.locator("#stops li").count()) - 1;
  for (await go(place); await wanted.isVisible(); await go(place)) place--;
  await worker.tap("They ask for help");
  await page.getByLabel("Language to read in").selectOption("zh-Hans");
  await expect(page.getByText("您要求的帮助：我们可以记录吗？")).toBeVisible();
  await worker.seesNoBarriers();
  // A refusal leaves nothing.
  await worker.tap("No: record nothing");
  await expect(wanted).toHaveCount(0);
  await worker.tap("They ask for help");
  await worker.tap("They agree");
  await page.getByLabel("Large print").check();
  await page.getByLabel("One telephone number or e-mail address").fill("demo@example.org");
  await worker.seesNoBarriers();
  await worker.tap("Record");
  const code = (await page.getByRole("dialog").getByRole("status").textContent())!.trim();
  expect(code).toMatch(/^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$/);
  await worker.tap("They have it");
  await expect(page.getByText("All sent")).toBeVisible();
  await page.reload();
  await go(place);
  await expect(wanted).toBeVisible();
  await expect(page.getByText(code)).toHaveCount(0);

  const resident = await visit(null, "/withdraw", { viewport: phone });
  await resident.seesNoBarriers();
  await resident.page.getByLabel("Code").fill("0000-0000-0000-0000");
  await resident.tap("Withdraw a consent");
  await expect(resident.page.getByRole("alert")).toHaveText("No consent has this code. Check the letters and digits.");
  await resident.page.getByLabel("Code").fill(code.toLowerCase());
  await resident.tap("Withdraw a consent");
  await expect(resident.page.getByText(/^Deleted\. Your consent ended on/)).toBeVisible();
  await page.reload();
  await go(place);
  await expect(page.getByRole("button", { name: "They ask for help" })).toBeVisible();
  await expect(wanted).toHaveCount(0);
});

test("whom to call in a danger is one tap away, without a connection and without a request", async ({ visit }) => {
  const worker = await visit("a worker", "/walk", { viewport: phone });
  const { page } = worker;
  await expect(page.getByText(/back by/)).toBeVisible();
  await page.waitForLoadState("networkidle"); // the map has come
  await worker.context.setOffline(true);
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  const kept = await page.evaluate(() => JSON.stringify(localStorage));
  expect(await worker.taps(() => worker.tap("Danger: whom to call"))).toBe(1);
  await expect(page.getByRole("heading", { name: "A child in danger" })).toBeVisible();
  await expect(page.getByText("Rounds keeps nothing of this")).toBeVisible();
  await worker.tap("Close");
  expect(asked.filter((url) => url.includes("/api/"))).toEqual([]); // the map may still be drawn
  expect(await page.evaluate(() => JSON.stringify(localStorage))).toBe(kept);
  await worker.context.setOffline(false);
  await worker.tap("Danger: whom to call");
  await worker.seesNoBarriers();
});

test("a lone worker's timer runs and warns without a connection, and the server hears of it with the next", async ({ visit }) => {
  test.slow(); // it starts twice, and waits for beats of the timer
  const worker = await visit("a worker", "/walk", { viewport: phone });
  const { page, context } = worker;
  const running = async () => (await (await context.request.get("/api/v1/lone-timer")).json()).lapses_at as string | null;
  await page.clock.install();
  await page.reload();
  await expect(page.getByText("All sent")).toBeVisible();
  await worker.tap("Menu");
  const timer = page.getByRole("region", { name: "Lone-worker timer" });
  await context.setOffline(true);
  await timer.getByRole("combobox").selectOption({ label: "15 minutes" });
  await timer.getByRole("button", { name: "Start" }).click();
  await expect(timer.getByText(/^Runs until/)).toBeVisible();
  await expect(timer.getByText("It runs on this phone.")).toBeVisible();
  await worker.seesNoBarriers();
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();

  await page.clock.fastForward("11:00");
  const alarm = page.getByRole("alert", { name: "Lone-worker timer" });
  await expect(alarm).toContainText(/The timer lapses in [1-4] min\./); // a slow machine was slow to here
  await expect(alarm).toContainText("nobody else hears of it");
  await page.clock.fastForward("05:00");
  await expect(alarm).toContainText("The timer has lapsed.");
  await worker.seesNoBarriers();
  await worker.tap("I am well: 60 min more");
  await expect(alarm).toHaveCount(0);

  await context.setOffline(false);
  await page.clock.fastForward("00:10");
  await expect.poll(running).not.toBeNull();
  await worker.tap("Menu");
  await timer.getByRole("button", { name: "Stop" }).click();
  await expect.poll(running).toBeNull();
});

test("a place that asks never to be visited leaves the phone at once, after a confirmation", async ({ visit }) => {
  const worker = await visit("a worker", "/walk", { viewport: phone });
  const { page } = worker;
  await worker.tap("Start");
  const stops = page.locator("#stops li");
  await expect(page.locator("#stop-name")).toBeVisible();
  const before = await stops.count();
  await worker.tap("Other");
  await worker.tap("Asked never to be visited");
  await expect(page.getByText("This cannot be undone.")).toBeVisible();
  await worker.seesNoBarriers();
  await worker.tap("Never visit");
  await expect(stops).toHaveCount(before - 1);
  await expect(page.getByText("All sent")).toBeVisible();
  await page.reload();
  await expect(stops).toHaveCount(before - 1);
});
