import { expect, phone, test } from "./driver";

/** A dispute that a party asked to have mediated, taken down by telephone; its case number. */
async function asked(supervisor: { page: import("@playwright/test").Page }): Promise<string> {
  return supervisor.page.evaluate(async () => {
    const places = (await (await fetch("/api/v1/incidents?limit=1")).json()) as { items: { lon: number; lat: number }[] };
    const id = crypto.randomUUID();
    const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    const receipt = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => digits[byte % 32]).join("");
    const body = { matter: "noise", lon: places.items[0]!.lon, lat: places.items[0]!.lat, source: "phone", method: "phone", receipt, contact: "+376612345" };
    const answer = await fetch(`/api/v1/disputes/${id}`, { method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(await answer.text());
    return ((await (await fetch(`/api/v1/cases/${id}`)).json()) as { number: string }).number;
  });
}

async function find(page: import("@playwright/test").Page, number: string, words = { number: "Number", cases: "Cases" }) {
  await page.getByRole("textbox", { name: words.number }).fill(number);
  await page.getByRole("textbox", { name: words.number }).press("Enter");
  await page.getByRole("list", { name: words.cases }).getByRole("button", { name: number }).click();
}

test("a dispute is mediated: a supervisor names, a mediator opens, meets, writes and has it signed", async ({ visit }) => {
  test.slow(); // four people one after the other
  const supervisor = await visit("supervisor", "/desk?view=cases");
  const number = await asked(supervisor);
  await supervisor.page.reload();
  await find(supervisor.page, number);
  const naming = await supervisor.taps(async () => {
    await supervisor.tap("Name a mediator");
    await supervisor.page.getByRole("group", { name: "Name a mediator" }).getByRole("button", { name: "Demo mediator" }).click();
    await expect(supervisor.page.getByRole("list", { name: "Mediators" })).toContainText("Demo mediator");
  });
  expect(naming).toBe(2);
  await expect(supervisor.page.getByRole("button", { name: "Open what the parties said" })).toHaveCount(0);
  await supervisor.seesNoBarriers();

  const mediator = await visit("mediator", "/desk");
  const { page } = mediator;
  await find(page, number);
  await mediator.tap("Assign");
  await page.getByRole("group", { name: "Assign" }).getByRole("button", { name: "Mediation committee" }).click();
  await mediator.tap("They confirmed it");
  await expect(page.getByRole("button", { name: "They confirmed it" })).toHaveCount(0);
  await mediator.tap("Open what the parties said");
  await expect(page.getByText("+376612345")).toBeVisible();
  for (const name of ["Xenia Quillfeather", "王小明"]) {
    await page.getByRole("textbox", { name: "Name", exact: true }).fill(name);
    await mediator.tap("Add the party");
    await expect(page.getByRole("list", { name: "Parties" })).toContainText(name);
  }
  await mediator.tap("Add a session");
  await page.getByRole("combobox", { name: "How it ended" }).selectOption("agreement");
  await page.getByRole("textbox", { name: /Note/ }).fill("Quiet hours were talked about");
  await mediator.seesNoBarriers();
  await mediator.tap("Keep the session");
  await expect(page.getByText("Quiet hours were talked about")).toBeVisible();

  await mediator.tap("Write the agreement");
  await page.getByRole("textbox", { name: /Terms/ }).fill("No drilling after ten\n晚上十点后保持安静");
  await mediator.tap("Keep the agreement");
  await expect(page.getByRole("list", { name: "Agreement" })).toContainText("晚上十点后保持安静");
  await mediator.tap("王小明 signs");
  const field = page.getByRole("img", { name: /Field to sign in/ });
  await field.scrollIntoViewIfNeeded();
  const box = (await field.boundingBox())!;
  await page.mouse.move(box.x + 20, box.y + 20);
  await page.mouse.down();
  for (let n = 1; n <= 10; n++) await page.mouse.move(box.x + 20 + n * 20, box.y + 20 + (n % 3) * 30);
  await page.mouse.up();
  await mediator.seesNoBarriers();
  await mediator.tap("Keep the signature");
  await expect(page.getByText(/王小明 signed on/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Write it anew" })).toHaveCount(0);
  const paper = page.waitForEvent("download");
  await page.getByRole("link", { name: "Copies for the parties (PDF)" }).click();
  expect((await paper).suggestedFilename()).toBe(`${number}.pdf`);

  const closing = await mediator.taps(async () => {
    await mediator.tap("Settle");
    await page.getByRole("group", { name: "Settle" }).getByRole("button", { name: "Agreement reached" }).click();
    await expect(page.getByText("Settled: Agreement reached")).toBeVisible();
  });
  expect(closing).toBe(2);

  const abroad = await visit("mediator", "/desk", { viewport: phone, language: "zh-Hans", look: "dark" });
  await find(abroad.page, number, { number: "编号", cases: "案件" });
  await abroad.tap("打开当事人信息");
  await expect(abroad.page.getByText("Xenia Quillfeather")).toBeVisible();
  await abroad.seesNoBarriers();
});
