import { expect, test } from "./driver";

// A plan is searched for as long as it was asked for, on whatever machine.
test.slow();

test("journey 7: propose a plan, see how fair it is, publish it", async ({ visit }) => {
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
