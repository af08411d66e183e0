import { readFileSync } from "node:fs";
import { expect, test } from "./driver";

// A sheet has a map to set, on whatever machine.
test.slow();

/** Somebody nobody walks as, with a day that has come: other tests finish the doors of the first five. */
async function sheet(page: import("@playwright/test").Page) {
  const round = (await (await page.request.get("/api/v1/rounds")).json()).items.find((one: { closed: boolean }) => !one.closed);
  const me = await (await page.request.get("/api/v1/session")).json();
  const routes = (await (await page.request.get(`/api/v1/plans/${round.published_plan}/routes?limit=200&date=${me.today}`)).json()).items as
    { id: string; code: string; worker_id: string; date: string; stop_count: number; finished: number }[];
  const walkers = ["w01", "w02", "w03", "w04", "w05"];
  return { round, route: routes.filter((one) => !walkers.includes(one.code) && one.finished === 0)[0]! };
}

test("journey 9: a day is printed, and typed back in without a mouse", async ({ visit }) => {
  const supervisor = await visit("supervisor", "/desk");
  const { page } = supervisor;
  const { round, route } = await sheet(page);
  await page.goto(`/desk?view=plan&round=${round.id}&worker=${route.worker_id}`);
  const days = page.getByRole("list", { name: "Days" });
  let file = "";
  const taps = await supervisor.taps(async () => {
    await page.locator(`button[data-date="${route.date}"]`).click();
    const download = page.waitForEvent("download");
    await supervisor.tap("Print");
    file = await (await download).path();
  });
  expect(taps).toBe(2);
  expect(readFileSync(file).subarray(0, 5).toString()).toBe("%PDF-");

  await days.getByRole("button", { name: "Type in paper" }).click();
  const dialog = page.getByRole("dialog", { name: "Type in a sheet" });
  const first = dialog.getByRole("textbox", { name: /^Box 1, / });
  await expect(first).toBeFocused();
  await supervisor.seesNoBarriers();
  await page.keyboard.type("1"); // done, and on to the next
  await page.keyboard.type("ce2"); // not home in the evening, a card left
  await expect(dialog.getByText("Not home · Evening · Left a card")).toBeVisible();
  await page.keyboard.type("9");
  await expect(dialog.getByText("1 line cannot be read.")).toBeVisible();
  await page.keyboard.press("Backspace");
  await dialog.getByRole("button", { name: "Save 2 visits" }).press("Enter");
  await expect(dialog.getByText("Saved", { exact: true })).toHaveCount(2);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(page.locator("li.stop.done")).toHaveCount(1);
});
