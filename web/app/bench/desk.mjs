// How long the desk takes to open in Chromium: node bench/desk.mjs ADDRESS COOKIE, which is
// a session's. Each opening is in a browser that has nothing in its cache. What is counted runs from
// the beginning of the navigation until the numbers and the list of areas are shown, and until the
// last tile of the first map has come; the latter without the drawing of it.
import { chromium } from "playwright-core";

const [address, cookie] = process.argv.slice(2);
const [name, ...value] = cookie.split("=");
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
for (let opening = 0; opening < 4; opening++) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en" });
  await context.addCookies([{ name, value: value.join("="), url: address, httpOnly: true }]);
  const page = await context.newPage();
  let tiles = 0, requests = 0, bytes = 0, last = 0;
  const begun = performance.now();
  const since = () => Math.round(performance.now() - begun);
  page.on("requestfinished", async (request) => {
    requests++;
    if (!request.url().includes("/tiles/") || !request.url().includes(".mvt")) return;
    tiles++;
    last = since();
    bytes += (await request.sizes()).responseBodySize;
  });
  await page.goto(address + "/desk", { waitUntil: "commit" });
  const numbers = page.getByText(/[\d,]+ of [\d,]+ households finished/).first().waitFor().then(since);
  const list = page.locator(".areas button.row").first().waitFor().then(since);
  const map = page.locator("[data-ready=true]").first().waitFor().then(since);
  const shown = [await numbers, await list, await map];
  for (let quiet = 0, seen = -1; quiet < 3; quiet++) { // no tile came for a while
    if (tiles !== seen) quiet = 0;
    seen = tiles;
    await page.waitForTimeout(400);
  }
  console.log(`| ${opening === 0 ? "first" : "again"} | ${shown.join(" | ")} | ${last} | ${tiles} | ${Math.round(bytes / 1024)} | ${requests} |`);
  await context.close();
}
await browser.close();
