import { expect, phone, test } from "./driver";

const pin = "481516";

test("a message from the supervisor is understood without a connection, and the desk sees who did", async ({ visit }) => {
  test.slow(); // a start with a PIN
  const text = `Vests are in the office ${crypto.randomUUID().slice(0, 4)}`;
  const supervisor = await visit("supervisor", "/desk");
  await supervisor.tap(/Team/);
  const list = supervisor.page.getByRole("region", { name: "Messages to workers" });
  const option = list.getByRole("option", { name: /^w03/ });
  await list.getByRole("combobox").selectOption((await option.getAttribute("value"))!);
  await list.getByRole("textbox").fill("Call 13809174600");
  await list.getByRole("button", { name: "Send" }).click();
  await expect(list.getByRole("alert")).toContainText("what, not who");
  await list.getByRole("textbox").fill(text);
  await list.getByRole("button", { name: "Send" }).click();
  await expect(list.getByText("It is on its way.")).toBeVisible();
  const sent = list.getByRole("listitem").filter({ hasText: text });
  await expect(sent.getByText("0 of 1 understood")).toBeVisible();
  await supervisor.seesNoBarriers();

  const worker = await visit("w03", "/walk", { viewport: phone });
  const { page, context } = worker;
  const banner = page.getByRole("region", { name: /From your supervisor/ });
  await expect(banner.getByText(text)).toBeVisible();
  await worker.seesNoBarriers();
  expect((await banner.getByRole("button").boundingBox())!.height).toBeGreaterThanOrEqual(48);
  await worker.tap("Menu");
  await page.getByLabel("PIN of six digits").fill(pin);
  await worker.tap("Keep on this phone");
  await expect(page.getByText("The day is on this phone.")).toBeVisible();
  await worker.tap("Close");
  await page.evaluate(() => navigator.serviceWorker.ready);
  await context.setOffline(true);
  await page.reload();
  await page.getByLabel("PIN of six digits").fill(pin);
  await worker.tap("Open");
  await expect(banner.getByText(text)).toBeVisible();
  await worker.tap("Understood");
  await expect(banner.getByText(text)).toHaveCount(0);
  await expect(page.getByText("Offline · 1 waiting")).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByText("All sent")).toBeVisible();
  await expect(banner.getByText(text)).toHaveCount(0);

  await supervisor.page.reload();
  await expect(sent.getByText("1 of 1 understood")).toBeVisible();
  await sent.getByText("1 of 1 understood").click();
  await expect(sent.getByText(/w03.*understood/)).toBeVisible();
});
