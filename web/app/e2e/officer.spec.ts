import { expect, test } from "./driver";

// Journey 11, second half: find, preview, export or erase, receipt. Clicks: Find, how it
// was checked, Preview, Export.
test("the officer answers a resident in four clicks", async ({ visit }) => {
  const officer = await visit("officer", "/desk");
  await officer.page.getByLabel("Street and number").fill("Carrer 12");
  await officer.tap("Find");
  const places = officer.page.getByRole("group", { name: "Which place" }).getByRole("radio");
  await expect(places.first()).toBeVisible();
  if ((await places.count()) > 1) await places.first().check();
  const clicks = await officer.taps(async () => {
    await officer.page.getByLabel("In person, with a document").check();
    await officer.tap("Preview");
    await expect(officer.page.getByRole("heading", { name: /visits? planned/ })).toBeVisible();
    await officer.seesNoBarriers();
    const saved = officer.page.waitForEvent("download");
    await officer.tap("Export the report");
    expect((await saved).suggestedFilename()).toMatch(/^report-.*\.json$/);
  });
  expect(clicks).toBe(3); // Find came before
  await expect(officer.page.getByText(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/)).toBeVisible();
  await officer.seesNoBarriers();
});

test("what was read is in the log, with its filter", async ({ visit }) => {
  const supervisor = await visit("supervisor", "/desk?view=reports");
  await expect(supervisor.page.locator(".kind").first()).toBeVisible();
  const officer = await visit("officer", "/desk#reads");
  await officer.page.getByLabel("Login").fill("supervisor");
  await officer.tap("Show");
  await expect(officer.page.getByRole("cell", { name: /^supervisor/ }).first()).toBeVisible();
  await expect(officer.page.getByRole("cell", { name: "officer" })).toHaveCount(0);
});
