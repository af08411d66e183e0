import type { Page } from "@playwright/test";
import { expect, laptop, phone, test } from "./driver";

/** What a page sends to the service, and how it was answered. */
function send(page: Page, method: string, path: string, body: unknown): Promise<number> {
  return page.evaluate(
    async ([method, path, body]) => (await fetch(path, { method, headers: { "Content-Type": "application/json" }, body })).status,
    [method, path, JSON.stringify(body)] as const,
  );
}

const somewhere = (page: Page) =>
  page.evaluate(async () => ((await (await fetch("/api/v1/incidents?limit=1")).json()) as { items: { lon: number; lat: number }[] }).items[0]!);

test("two reports of the same thing become one, and two again, with the keyboard alone", async ({ visit }) => {
  const supervisor = await visit("supervisor", "/desk", { viewport: laptop });
  const { page } = supervisor;
  const { lon, lat } = await somewhere(page);
  const [first, second] = [crypto.randomUUID(), crypto.randomUUID()];
  for (const id of [first, second]) expect(await send(page, "PUT", `/api/v1/incidents/${id}`, { matter: "unsafe_playground", lon, lat, source: "desk" })).toBe(201);
  await page.goto("/desk?view=reports");
  await page.getByRole("button", { name: /^Unsafe playground/ }).last().click();
  const same = page.getByRole("region", { name: "The same thing, reported more than once?" });
  await same.getByRole("button", { name: /^Make it one with this/ }).first().focus();
  await page.keyboard.press("Enter");
  await expect(same.getByRole("status")).toContainText("goes with this one now");
  await supervisor.seesNoBarriers();
  await same.getByRole("button", { name: /^Make it two again/ }).first().focus();
  await page.keyboard.press("Enter");
  await expect(same.getByRole("status")).toContainText("stands for itself again");
});

test("a rule of days and unit is kept and removed; holidays and what people said beside it", async ({ visit }) => {
  const supervisor = await visit("supervisor", "/desk?view=units", { viewport: laptop });
  const { page } = supervisor;
  const rules = page.getByRole("region", { name: "Deadlines and units of matters" });
  await rules.getByText("Add a rule").click();
  await rules.getByRole("combobox", { name: "Matter" }).selectOption("fallen_tree");
  await rules.getByRole("spinbutton").fill("4");
  await rules.getByRole("button", { name: "Keep the rule" }).click();
  const rule = rules.getByRole("listitem").filter({ hasText: "Fallen tree" });
  await expect(rule).toContainText("within 4 working days");
  await page.getByText("What people said afterwards").click();
  await expect(page.getByText("No answer was given by ten people or more")).toBeVisible();
  await expect(page.getByRole("region", { name: "Holidays" })).toBeVisible();
  await supervisor.seesNoBarriers();
  await rule.getByRole("button", { name: "Remove: Fallen tree" }).click();
  await expect(rule).toHaveCount(0);
});

test("mediation that was asked for is confirmed by the handler, who is told until when", async ({ visit }) => {
  const supervisor = await visit("supervisor", "/desk");
  const { lon, lat } = await somewhere(supervisor.page);
  const receipt = Array.from(crypto.getRandomValues(new Uint8Array(10)), (n) => "ABCDEFGHJKMNPQRSTVWXYZ"[n % 22]).join("");
  const asked = { matter: "water_use", lon, lat, source: "desk", method: "spoken", receipt: receipt + receipt.slice(0, 6) };
  const id = crypto.randomUUID();
  expect(await send(supervisor.page, "PUT", `/api/v1/disputes/${id}`, asked)).toBe(201);
  // Whoever is not named for it does not learn what it is about.
  const may = await supervisor.page.evaluate(async (path) => ((await (await fetch(path)).json()) as { may_name: { account_id: string; name: string }[] }).may_name, `/api/v1/disputes/${id}/mediators`);
  const mediator = may.find(({ name }) => name === "Demo mediator")!;
  expect(await send(supervisor.page, "POST", `/api/v1/disputes/${id}/mediators`, { id: crypto.randomUUID(), account_id: mediator.account_id })).toBeLessThan(300);
  const handler = await visit("mediator", "/desk", { viewport: phone, language: "zh-Hans" });
  await handler.tap("申请调解");
  const row = handler.page.getByRole("list", { name: "申请调解" }).getByRole("listitem").filter({ hasText: "用水" }).filter({ hasText: "前确认" }).first();
  await expect(row).toBeVisible();
  await handler.seesNoBarriers();
  await row.getByRole("button", { name: /^申请人已向我确认/ }).click();
  await expect(handler.page.getByRole("status").filter({ hasText: "已确认：用水" })).toBeVisible();
});

test("an administrator hides a matter, which is then refused", async ({ visit }) => {
  const administrator = await visit("admin", "/desk", { viewport: laptop });
  const { page } = administrator;
  await page.getByText(/of the list are not offered here/).click();
  await page.getByRole("searchbox", { name: "Search matters" }).fill("leaning");
  const matter = page.getByRole("checkbox", { name: "Leaning tree" });
  await matter.setChecked(true);
  await matter.uncheck();
  await expect(page.getByRole("status").filter({ hasText: "Kept: Leaning tree" })).toBeVisible();
  await expect(matter).not.toBeChecked();
  await administrator.seesNoBarriers();
  const supervisor = await visit("supervisor", "/desk");
  const { lon, lat } = await somewhere(supervisor.page);
  expect(await send(supervisor.page, "PUT", `/api/v1/incidents/${crypto.randomUUID()}`, { matter: "leaning_tree", lon, lat, source: "desk" })).toBe(422);
  await matter.check();
  await expect(page.getByRole("status").filter({ hasText: "Kept: Leaning tree" })).toBeVisible();
  expect(await send(supervisor.page, "PUT", `/api/v1/incidents/${crypto.randomUUID()}`, { matter: "leaning_tree", lon, lat, source: "desk" })).toBe(201);
});
