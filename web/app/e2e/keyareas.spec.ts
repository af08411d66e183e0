import { expect, laptop, phone, test } from "./driver";

test("a leader sees where most is owed, and why, in the list and on the map", async ({ visit }) => {
  const supervisor = await visit("supervisor", "/desk?view=key_areas", { viewport: laptop });
  const { page } = supervisor;
  const rows = page.locator("ol [data-bin]");
  await expect(rows.first()).toBeVisible();
  await expect(rows.first()).toContainText(/Matters overdue: \d+/);
  await supervisor.seesNoBarriers();
  // The order is that of the figure.
  await page.getByRole("combobox", { name: "In order of" }).selectOption("to_visit");
  await expect(page).toHaveURL(/by=to_visit/);
  await expect(rows.first()).toContainText(/still to visit/);
  const figures = (await rows.locator("strong").allTextContents()).map((text) => Number(text.replace(/[^0-9]/g, "")));
  expect(figures).toEqual([...figures].sort((a, b) => b - a));
  // Chosen in the list, remembered by the address, shown again by it alone.
  await rows.first().click();
  await expect(rows.first()).toHaveAttribute("aria-pressed", "true");
  await expect(page).toHaveURL(/part=\d+/);
  await page.goto(page.url());
  await expect(rows.first()).toHaveAttribute("aria-pressed", "true");
  // A view that is saved comes back.
  await page.getByRole("button", { name: "Saved views" }).click();
  await page.getByRole("button", { name: "Save what is shown now" }).click();
  await supervisor.seesNoBarriers();
  await page.getByRole("button", { name: "Close" }).click();
  await page.getByRole("navigation", { name: "Menu" }).getByRole("button", { name: "Overview" }).click();
  await page.getByRole("button", { name: "Saved views" }).click();
  await page.getByRole("button", { name: /^Key areas · Not yet visited/ }).click();
  await expect(rows.first()).toContainText(/still to visit/);
});

test("two periods side by side, and charts, in Chinese, dark, on a small screen", async ({ visit }) => {
  const leader = await visit("leader", "/desk?view=statistics", { language: "zh-Hans", look: "dark", viewport: phone });
  const { page } = leader;
  const compare = page.getByRole("combobox", { name: "对比" });
  await compare.selectOption({ index: 1 });
  await expect(page).toHaveURL(/beside=/);
  await expect(page.locator(".map [data-ready]")).toHaveCount(2);
  await leader.seesNoBarriers();
  // One over the other: the arrow keys move the edge between them.
  await page.getByRole("checkbox", { name: "两张地图重叠，移动分界线" }).check();
  await expect(page).toHaveURL(/compare=swipe/);
  const edge = page.getByRole("slider", { name: /的分界线$/ });
  await edge.press("ArrowLeft");
  await expect(edge).toHaveValue("49");
  await leader.seesNoBarriers();
  const supervisor = await visit("supervisor", "/desk?view=charts", { language: "zh-Hans", look: "dark", viewport: phone });
  await supervisor.page.getByText("表格").click();
  await expect(supervisor.page.getByRole("columnheader", { name: "已完成" })).toBeVisible();
  await supervisor.seesNoBarriers();
});

test("a worker sees on the phone where most is owed around the own doors", async ({ visit }) => {
  const worker = await visit("a worker", "/walk", { viewport: phone });
  const { page } = worker;
  await worker.tap("Menu");
  await worker.tap("Key areas");
  const sheet = page.getByRole("dialog", { name: "Key areas" });
  await sheet.getByRole("combobox", { name: "In order of" }).selectOption("open");
  const row = sheet.locator("ol [data-bin]").first();
  await expect(row).toBeVisible();
  await worker.seesNoBarriers();
  await row.click();
  await expect(sheet).toBeHidden(); // the map shows its outline
  await worker.tap("Menu");
  await worker.tap("Key areas");
  await expect(sheet.locator('[data-bin][aria-pressed="true"]')).toHaveCount(1);
});
