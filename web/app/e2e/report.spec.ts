import { expect, phone, test, type Visitor } from "./driver";

/** The code on the page that says what was received. */
async function codeOf(visitor: Visitor): Promise<string> {
  const code = (await visitor.page.locator(".code").textContent())!;
  expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/);
  return code;
}

/** A town that has streets, and one of them. */
async function street(visitor: Visitor): Promise<string> {
  const { page } = visitor;
  await page.getByLabel("Town or village").selectOption({ label: "Escaldes-Engordany" });
  const first = page.locator("#streets option").first();
  await expect(first).toBeAttached();
  return (await first.getAttribute("value")) ?? (await first.textContent())!;
}

test("somebody without an account reports a hazard by its street, follows it and takes it back", async ({ visit }) => {
  const somebody = await visit(null, "/report", { viewport: phone });
  const { page } = somebody;
  await somebody.seesNoBarriers();
  await page.getByRole("button", { name: /^A hazard/ }).click();
  await page.getByLabel("Search the list").fill("unlit");
  await somebody.seesNoBarriers();
  await somebody.tap("Unlit path");
  await page.getByLabel("Street", { exact: true }).fill(await street(somebody));
  await page.getByLabel("Number", { exact: true }).fill("12");
  await page.getByLabel("What should the office know").fill("The lamp is dark, call 13812345678");
  await somebody.tap("Send");
  await expect(page.getByRole("alert")).toHaveText("Write what, not who: leave identity and telephone numbers out.");
  await page.getByLabel("What should the office know").fill("The lamp is dark");
  await somebody.seesNoBarriers();
  await somebody.tap("Send");
  const code = await codeOf(somebody);
  await somebody.seesNoBarriers();
  const later = await visit(null, `/report#code=${code}`, { viewport: phone });
  await expect(later.page.locator(".stage")).toHaveText("Received");
  await later.seesNoBarriers();
  await later.tap("Take it back");
  await later.page.getByRole("dialog").getByRole("button", { name: "Take it back" }).click();
  await expect(later.page.getByRole("status")).toHaveText("Taken back. Nothing of yours is kept.");
  await later.page.getByLabel("Code").fill(code);
  await later.tap("Show");
  await expect(later.page.getByRole("alert")).toHaveText("Nothing is kept under this code. Check the letters and digits.");
});

test("somebody asks for mediation for themselves, in Chinese, and says again that they want it", async ({ visit }) => {
  const somebody = await visit(null, "/report", { viewport: phone, language: "zh-Hans", look: "dark" });
  const { page } = somebody;
  await somebody.seesNoBarriers();
  await page.getByRole("button", { name: /^我要申请调解/ }).click();
  await somebody.tap("噪声");
  await expect(page.getByRole("textbox")).toHaveCount(1); // where to call back, and no text
  await page.getByLabel("乡镇或村").selectOption({ index: 1 });
  await page.getByLabel("电话号码或电子邮箱").fill("+376 010 203");
  await somebody.seesNoBarriers();
  await somebody.tap("申请调解");
  const code = await codeOf(somebody);
  await page.getByRole("button", { name: "反映其他事项" }).click();
  await page.getByRole("button", { name: /^我有查询码/ }).click();
  await page.getByLabel("查询码").fill(code.toLowerCase());
  await somebody.tap("查看");
  await expect(page.locator(".stage")).toHaveText("待您确认");
  await somebody.tap("我仍需调解");
  await expect(page.locator(".stage")).toHaveText("已收到");
  await expect(page.getByRole("status")).toHaveText("已确认。");
});

test("everybody finds what to do about a matter, and a worker hands it out", async ({ visit }) => {
  const somebody = await visit(null, "/guide", { viewport: phone });
  await somebody.page.getByLabel("What is it about?").fill("gas");
  await somebody.tap(/^Smell of gas/);
  await expect(somebody.page).toHaveURL(/\/guide\/gas_smell$/);
  await expect(somebody.page.getByText("Call the emergency number or the gas company from outside.")).toBeVisible();
  await somebody.seesNoBarriers();
  // The same is the paper that stays at a door where nobody asked for the visit.
  await somebody.page.goto("/guide/gas_smell?left=2031-03-14");
  await expect(somebody.page.getByRole("heading", { name: "We were at your door" })).toBeVisible();
  await expect(somebody.page.getByText("because a danger was reported that may be inside this home")).toBeVisible();
  await somebody.seesNoBarriers();
  const inChinese = await visit(null, "/guide/public_bench", { viewport: phone, language: "zh-Hans", look: "dark" });
  await expect(inChinese.page.getByRole("heading", { name: "服务请求" })).toBeVisible(); // has no answer of its own
  await inChinese.seesNoBarriers();
  const worker = await visit("w01", "/walk", { viewport: phone });
  await expect(worker.page.locator("#stops").first()).toBeVisible();
  await expect(async () => {
    const kept = await worker.page.evaluate(
      () => new Promise((resolve) => {
        const open = indexedDB.open("rounds");
        open.onsuccess = () => {
          const get = open.result.transaction("facts").objectStore("facts").get("guide");
          get.onsuccess = () => resolve(get.result?.length ?? 0);
        };
      }),
    );
    expect(kept).toBeGreaterThan(30);
  }).toPass();
  await worker.context.setOffline(true);
  await worker.tap("Menu");
  await worker.tap("Guide of answers");
  await worker.page.getByLabel("What is it about?").fill("wages");
  await worker.tap(/^Wages/);
  await expect(worker.page.getByRole("img", { name: "Code that leads to this answer" })).toBeVisible();
  await worker.seesNoBarriers();
});

test("a call is taken with the keyboard alone, and the next, and what is there already is not taken twice", async ({ visit }) => {
  const handler = await visit("mediator", "/desk?view=reports");
  const { page } = handler;
  const keys = page.keyboard;
  await expect(page.locator(".kind").first()).toBeVisible();
  const taps = await handler.taps(async () => {
    await keys.press("n");
    await expect(page.getByRole("combobox", { name: "What is it about?" })).toBeFocused();
    await keys.type("publ ben");
    await keys.press("Enter");
    const streets = page.getByRole("combobox", { name: "Street" });
    await expect(streets).toBeFocused();
    await keys.type("carretera");
    await expect(page.locator("[role=option]:visible").first()).toBeVisible();
    await keys.press("Enter");
    await expect(page.getByLabel("What should the unit know?")).toBeFocused();
    await keys.type("A plank is missing");
    await handler.seesNoBarriers();
    await keys.press("Enter");
    await expect(page.getByText(/^Your code/).first()).toBeVisible();
    await expect(page.getByRole("combobox", { name: "What is it about?" })).toBeFocused();
    await keys.type("publ ben");
    await keys.press("Enter");
    await keys.type("carretera");
    await expect(page.locator("[role=option]:visible").first()).toBeVisible();
    await keys.press("Enter");
    await expect(page.getByText("Reported already within 50 m:")).toBeVisible();
    await handler.seesNoBarriers();
    await keys.press("Tab");
    await keys.press("Enter");
    await expect(page.getByText("Reported already within 50 m:")).toHaveCount(0);
    await keys.type("noise");
    await keys.press("Enter");
    await keys.type("carretera");
    await expect(page.locator("[role=option]:visible").first()).toBeVisible();
    await keys.press("Enter");
    await keys.type("+376 010 203");
    await keys.press("Enter");
    await expect(page.locator("ol li")).toHaveCount(2);
  });
  expect(taps).toBe(0);
});

test("at a door a party asks for mediation, keeps the code and confirms it; a hazard is not reported twice", async ({ visit }) => {
  const worker = await visit("a worker", "/walk", { viewport: phone });
  const { page } = worker;
  await worker.tap("Start");
  await worker.tap("Report");
  await worker.tap("Use of water");
  await worker.seesNoBarriers();
  await page.getByLabel("They asked for it themselves").check();
  await worker.tap("Keep it and show the code");
  const code = await codeOf(worker);
  await worker.seesNoBarriers();
  await page.getByRole("button", { name: "Close" }).last().click();
  await expect(page.getByText("All sent")).toBeVisible();
  const party = await visit(null, `/report#code=${code}`, { viewport: phone });
  await party.tap("I still want mediation");
  await expect(party.page.getByRole("status")).toHaveText("Confirmed.");
  for (const again of [false, true]) {
    await worker.tap("Report");
    await worker.tap("Damaged letterbox");
    if (again) {
      await expect(page.getByText(/Reported here already/)).toBeVisible();
      await worker.seesNoBarriers();
      await worker.tap("Yes, it is");
    } else {
      await page.getByText("Inside a home, or something to add").click();
      await page.getByLabel("What should the unit know?").fill("The door does not close");
      await worker.tap("Save report");
      await expect(page.getByText("All sent")).toBeVisible();
    }
  }
  await expect(page.getByRole("dialog")).toHaveCount(0);
});
