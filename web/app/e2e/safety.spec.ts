import { expect, test } from "./driver";

test("going in pairs is proposed at a stop and waits for a second supervisor", async ({ visit }) => {
  const supervisor = await visit("supervisor", "/desk?view=plan");
  const { page } = supervisor;
  await page.getByRole("button", { name: /^w02/ }).click();
  await page.getByRole("list", { name: "Days" }).getByRole("button").first().click();
  await page.getByRole("button", { name: /^More for this place: / }).first().click();
  await supervisor.seesNoBarriers();
  await supervisor.tap("Propose");
  await expect(page.getByText("Proposed. Another supervisor confirms under Safety.")).toBeVisible();
  await supervisor.tap("Close");
  await supervisor.tap("Safety");
  await expect(page.getByText("Proposed by you: another supervisor confirms.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Confirm for 90 days" })).toHaveCount(0);
  await supervisor.tap("Drop");
  await expect(page.getByText("Nothing waits to be confirmed.", { exact: false })).toBeVisible();
});

test("an emergency opening is proposed, and its proposer cannot open it", async ({ visit }) => {
  const supervisor = await visit("supervisor", "/desk?view=safety");
  const { page } = supervisor;
  await page.getByRole("combobox", { name: "Emergency" }).selectOption("storm");
  await supervisor.tap("Propose");
  await expect(page.getByText("Proposed by you: another person opens it.").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Open for 72 hours" })).toHaveCount(0);
  await supervisor.seesNoBarriers();
});
