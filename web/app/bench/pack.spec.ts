// What lies on a phone for a shift without a connection, and how long a start takes with it in
// airplane mode, the processor slowed six times.
import { expect, test } from "@playwright/test";
import { session } from "../e2e/people";

const pin = "481516";
const starts = 3;

test("the day pack and a start in airplane mode", async ({ browser }) => {
  test.setTimeout(300_000);
  const context = await browser.newContext({ storageState: session("w03"), viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  await page.goto("/walk");
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.reload(); // the service worker has the page now
  await page.getByRole("button", { name: "Menu" }).click();
  await page.getByLabel("PIN of six digits").fill(pin);
  await page.getByRole("button", { name: "Keep on this phone" }).click();
  await expect(page.getByText("The day is on this phone.")).toBeVisible({ timeout: 60_000 });
  const lies = () =>
    page.evaluate(async () => {
      const request = indexedDB.open("rounds");
      const db = await new Promise<IDBDatabase>((resolve) => (request.onsuccess = () => resolve(request.result)));
      const facts = db.transaction("facts").objectStore("facts");
      const [keys, values] = await Promise.all([facts.getAllKeys(), facts.getAll()].map((asked) => new Promise<unknown[]>((resolve) => (asked.onsuccess = () => resolve(asked.result as unknown[])))));
      db.close();
      const pack = values![keys!.findIndex((key) => String(key).startsWith("pack:"))] as { box: string };
      const tiles = await (await caches.open("map")).matchAll();
      return { pack: (pack.box.length * 3) / 4, tiles: tiles.length, map: tiles.reduce((sum, tile) => sum + Number(tile.headers.get("Content-Length") ?? 0), 0) };
    });
  // The map comes in no hurry.
  let before = -1;
  await expect.poll(async () => {
    const now = (await lies()).tiles;
    const same = now === before && now > 0;
    before = now;
    return same;
  }, { intervals: [2000], timeout: 120_000 }).toBe(true);
  const { pack, tiles, map } = await lies();
  const days = await Promise.all([0, 1, 2, 3].map(async (n) => {
    const answer = await context.request.get(`/api/v1/day?date=${new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10)}`);
    return answer.ok() ? ((await answer.json()) as { stops: unknown[] }).stops.length : 0;
  }));
  console.log(`day pack, sealed: ${Math.round(pack / 1000)} KB (${days.join(" + ")} stops); base map: ${tiles} tiles, ${(map / 1e6).toFixed(2)} MB`);
  expect(pack).toBeLessThan(3e6);
  expect(map).toBeLessThan(15e6);

  await context.setOffline(true);
  const devtools = await context.newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: 6 });
  for (let n = 0; n < starts; n++) {
    let began = Date.now();
    await page.reload({ waitUntil: "commit" });
    await page.getByLabel("PIN of six digits").waitFor();
    const asked = Date.now() - began;
    await page.getByLabel("PIN of six digits").fill(pin);
    began = Date.now();
    await page.getByRole("button", { name: "Open", exact: true }).click();
    await page.locator("#stops li").first().waitFor();
    console.log(`start in airplane mode, processor slowed 6 times: ${(asked / 1000).toFixed(1)} s until the PIN is asked, ${((Date.now() - began) / 1000).toFixed(1)} s more until the list is there`);
  }
  await context.close();
});
