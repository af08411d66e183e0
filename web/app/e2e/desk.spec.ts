import { readFileSync } from "node:fs";
import { expect, phone, test } from "./driver";

test("the desk shows n of m, and a finished door within a second", async ({ visit }) => {
  const supervisor = await visit("supervisor", "/desk");
  const sum = supervisor.page.getByText(/[\d,]+ of [\d,]+ households finished/).first();
  await expect(sum).toBeVisible();
  const before = await sum.textContent();
  const worker = await visit("a worker", "/walk", { viewport: phone });
  await worker.tap("Start");
  await worker.tap("Done");
  await expect(sum).not.toHaveText(before!);
});

test("a round that breaks a rule is refused at the field, in words", async ({ visit }) => {
  const supervisor = await visit("supervisor", "/desk?view=plan");
  const { page } = supervisor;
  await supervisor.tap("New round");
  await page.getByLabel("Name").fill("Too soon");
  await supervisor.tap("Create round");
  await expect(page.getByRole("dialog").getByRole("alert")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
});

test("journey 11: a GeoPackage in three clicks", async ({ visit }) => {
  const supervisor = await visit("supervisor", "/desk");
  const { page } = supervisor;
  await expect(page.getByText(/households finished/).first()).toBeVisible();
  let path = "";
  const taps = await supervisor.taps(async () => {
    await supervisor.tap("Exports");
    await supervisor.tap("Make file");
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download" }).click();
    path = await (await download).path();
  });
  expect(taps).toBe(3);
  expect(readFileSync(path).subarray(0, 15).toString()).toBe("SQLite format 3");
});

test("journey 7 with the keyboard alone, up to the proposal's own page", async ({ visit }) => {
  const supervisor = await visit("supervisor", "/desk");
  const { page } = supervisor;
  await page.getByRole("button", { name: "Plan", exact: true }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Minutes per worker" })).toBeVisible();
  await page.getByRole("button", { name: /^w02/ }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("list", { name: "Days" }).getByRole("button").first().focus();
  await page.keyboard.press("Enter");
  await expect(page.locator(".stop").first()).toBeVisible();
});

test("the leader sees numbers and no plan", async ({ visit }) => {
  const leader = await visit("leader", "/desk");
  await expect(leader.page.getByText(/households finished/).first()).toBeVisible();
  await expect(leader.page.getByRole("button", { name: "Plan", exact: true })).toHaveCount(0);
});

test("the administrator sees no records", async ({ visit }) => {
  const admin = await visit("admin", "/desk");
  await expect(admin.page.getByRole("heading", { name: "Accounts" })).toBeVisible();
});
