import { createHash } from "node:crypto";
import { expect, phone, test } from "./driver";

test("a leader reads published statistics, and learns what is withheld and why", async ({ visit }) => {
  const leader = await visit("leader", "/desk");
  const { page } = leader;
  await page.getByRole("button", { name: "Statistics" }).click();
  await expect(page.getByText(/parts of the map show a number/)).toBeVisible();
  await expect(page.getByRole("rowheader", { name: "Andorra" })).toBeVisible();
  const period = page.getByRole("slider", { name: /^Period/ });
  const newest = await period.getAttribute("aria-valuetext");
  await period.focus();
  await page.keyboard.press("ArrowLeft");
  await expect(period).not.toHaveAttribute("aria-valuetext", newest!);
  await expect(page).toHaveURL(/release=/);
  await page.getByText("What is withheld, and why").click();
  await expect(page.getByText(/at least 200 dwellings/)).toBeVisible();
  await leader.seesNoBarriers();
  // What nobody asked for is withheld everywhere, and says so.
  await page.getByRole("combobox", { name: "What is counted" }).selectOption("support_help");
  await expect(page.getByText(/^0 of \d+ parts of the map show a number/)).toBeVisible();
  // The address alone leads back.
  await page.goto(page.url());
  await expect(page.getByRole("combobox", { name: "What is counted" })).toHaveValue("support_help");
});

test("statistics on a small screen, in Chinese and dark", async ({ visit }) => {
  const supervisor = await visit("supervisor", "/desk?view=statistics", { language: "zh-Hans", look: "dark", viewport: phone });
  await expect(supervisor.page.getByText(/个片区中有/)).toBeVisible();
  await supervisor.seesNoBarriers();
});

test("an officer verifies that nobody changed a release", async ({ visit }) => {
  const officer = await visit("officer", "/desk#statistics");
  const { page } = officer;
  const first = page.getByRole("group").first();
  await first.locator("summary").click();
  await officer.seesNoBarriers();
  const save = async (link: string) => {
    const saved = page.waitForEvent("download");
    await first.getByRole("link", { name: link }).click();
    const chunks: Buffer[] = [];
    for await (const chunk of await (await saved).createReadStream()) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  };
  const hash = (text: Buffer) => createHash("sha256").update(text).digest("hex");
  const numbers = await save("The numbers (JSON)");
  expect(hash(numbers)).toBe(await first.locator("code").textContent());
  expect(hash(await save("The parts of the map (JSON)"))).toBe(JSON.parse(numbers.toString()).partition);
});
