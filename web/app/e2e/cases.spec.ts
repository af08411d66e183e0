import { expect, laptop, phone, test } from "./driver";

/** A case of its own: a report that a supervisor takes down through the API. */
async function reported(supervisor: { page: import("@playwright/test").Page }): Promise<string> {
  return supervisor.page.evaluate(async () => {
    const places = (await (await fetch("/api/v1/incidents?limit=1")).json()) as { items: { lon: number; lat: number }[] };
    const id = crypto.randomUUID();
    const body = { matter: "missing_handrail", lon: places.items[0]!.lon, lat: places.items[0]!.lat, source: "desk" };
    const answer = await fetch(`/api/v1/incidents/${id}`, { method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(await answer.text());
    const file = (await (await fetch(`/api/v1/cases/${id}`)).json()) as { number: string };
    return file.number;
  });
}

test("journey 10: my due list, a case, its unit, a note, a pause with a reason, settled", async ({ visit }) => {
  const number = await reported(await visit("supervisor", "/desk?view=cases"));
  const handler = await visit("mediator", "/desk");
  const { page } = handler;
  await expect(page.getByRole("list", { name: "Cases" }).getByRole("button").first()).toBeVisible();
  await handler.seesNoBarriers();
  await page.getByRole("textbox", { name: "Number" }).fill(number);
  await page.getByRole("textbox", { name: "Number" }).press("Enter");
  const row = page.getByRole("list", { name: "Cases" }).getByRole("button", { name: number });
  await expect(row).toBeVisible();
  await expect(page.getByRole("list", { name: "Cases" }).getByRole("button")).toHaveCount(1);

  const assigning = await handler.taps(async () => {
    await row.click();
    await handler.tap("Assign");
    await page.getByRole("group", { name: "Assign" }).getByRole("button", { name: "Mediation committee" }).click();
    await expect(page.getByText("With the unit")).toBeVisible();
  });
  expect(assigning).toBe(3);

  await page.getByRole("textbox", { name: /Add what was done/ }).fill("The rail is measured");
  await handler.tap("Add");
  await expect(page.getByText("The rail is measured")).toBeVisible();
  await page.getByRole("textbox", { name: /Add what was done/ }).fill("Call 612345678 for the key");
  await handler.tap("Add");
  await expect(page.getByRole("alert")).toBeVisible();

  await handler.tap("Pause");
  await handler.tap("Material is awaited");
  await expect(page.getByText(/paused since/)).toBeVisible();
  await handler.seesNoBarriers();
  await handler.tap("Go on");

  await expect(page.getByRole("button", { name: "Settle", exact: true })).toBeVisible();
  const closing = await handler.taps(async () => {
    await handler.tap("Settle");
    await page.getByRole("group", { name: "Settle" }).getByRole("button", { name: "Done", exact: true }).click();
    await expect(page.getByText("Settled: Done")).toBeVisible();
  });
  expect(closing).toBe(2);
});

test("the board of units, a rota, and both in Chinese on a phone in the dark", async ({ visit }) => {
  const supervisor = await visit("supervisor", "/desk?view=units", { viewport: laptop });
  const medians = supervisor.page.getByText(/^Days to settle/);
  await expect(medians.first()).toBeVisible();
  for (const one of await medians.all()) await one.click();
  await expect(supervisor.page.getByRole("rowheader", { name: "Street light out" })).toBeVisible();
  await supervisor.seesNoBarriers();
  await supervisor.tap("Mediation committee");
  await expect(supervisor.page.getByText("On duty today: Demo mediator")).toBeVisible();
  await supervisor.seesNoBarriers();
  const handler = await visit("mediator", "/desk", { viewport: phone, language: "zh-Hans", look: "dark" });
  await handler.page.getByRole("list", { name: "案件" }).getByRole("button").first().click();
  await expect(handler.page.getByText("办理记录")).toBeVisible();
  await handler.seesNoBarriers();
});
