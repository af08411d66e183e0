import type { Page } from "@playwright/test";
import { expect, phone, test, type Visitor } from "./driver";
import { password, type Person } from "./people";

const pin = "481516";

/** Keeps the day on the phone, as the evening before. */
async function keepDay(worker: Visitor) {
  const { page } = worker;
  await worker.tap("Menu");
  await page.getByLabel("PIN of six digits").fill(pin);
  await worker.tap("Keep on this phone");
  await expect(page.getByText("The day is on this phone.")).toBeVisible();
  await worker.tap("Close");
  await page.evaluate(() => navigator.serviceWorker.ready);
}

async function startOffline(worker: Visitor, page: Page = worker.page) {
  await page.reload();
  await page.getByLabel("PIN of six digits").fill(pin);
  await page.getByRole("button", { name: "Open", exact: true }).click();
}

/** A session of its own, which a test may end. */
async function signedIn(visit: (person: null, path: string, setting?: object) => Promise<Visitor>, person: Person) {
  const worker = await visit(null, "/about", { viewport: phone });
  const answer = await worker.context.request.post("/api/v1/session", { data: { login: person, password } });
  expect(answer.ok()).toBe(true);
  return worker;
}

const openStops = (page: Page) => page.locator("#stops li").filter({ hasNotText: /Done|Not home|Finished|Declined/ });

test("the day starts in airplane mode, what is recorded survives a restart and goes later, once", async ({ visit }) => {
  test.slow(); // several starts of the page, with a PIN each
  const worker = await visit("a worker", "/walk", { viewport: phone });
  const { page, context } = worker;
  await expect(page.getByText(/back by \d\d:\d\d/).or(page.locator("#stop-name"))).toBeVisible();
  await keepDay(worker);
  await context.setOffline(true);
  await page.reload();
  await expect(page.getByRole("heading", { name: "No connection" })).toBeVisible();
  await worker.seesNoBarriers();
  // Whom to call in a danger needs no PIN.
  await worker.tap("Danger: whom to call");
  await expect(page.getByRole("heading", { name: "A child in danger" })).toBeVisible();
  await worker.tap("Close");
  await page.getByLabel("PIN of six digits").fill("000001");
  await worker.tap("Open");
  await expect(page.getByRole("alert")).toContainText("That is not the PIN");
  await page.getByLabel("PIN of six digits").fill(pin);
  await worker.tap("Open");
  await expect(page.locator("#stops li").first()).toBeVisible();
  await worker.tap("Start");

  const stop = await page.locator("#stop-name").textContent();
  const open = await openStops(page).count();
  await worker.tap("Done");
  await expect(page.getByText("Offline · 1 waiting")).toBeVisible();
  await startOffline(worker);
  await expect(page.getByText("Offline · 1 waiting")).toBeVisible();
  await expect(openStops(page)).toHaveCount(open - 1);
  await expect(page.locator("#stops").getByText(stop!, { exact: true }).first()).toBeVisible();

  await worker.tap(/1 waiting/);
  await expect(page.getByRole("dialog").getByText("Visit", { exact: true })).toBeVisible();
  await worker.seesNoBarriers();
  const file = page.waitForEvent("download");
  await worker.tap("Hand over as a file");
  const content = await (await file).createReadStream().then((stream) => stream.toArray()).then((parts) => Buffer.concat(parts).toString());
  expect(content).not.toContain("done");
  await worker.tap("Close");

  // The supervisor hands the file in, and the phone, back again, sends it too: once.
  const supervisor = await visit("supervisor", "/desk");
  await supervisor.tap(/Team/);
  await supervisor.page.getByLabel("File of the phone").setInputFiles({ name: "rounds.json", mimeType: "application/json", buffer: Buffer.from(content) });
  await expect(supervisor.page.getByText(/: 1 of 1 can be taken/)).toBeVisible();
  await supervisor.tap("Accept");
  await expect(supervisor.page.getByText("1 of 1 were taken.")).toBeVisible();
  await supervisor.seesNoBarriers();
  await context.setOffline(false);
  await expect(page.getByText("All sent")).toBeVisible();
  await page.reload();
  await expect(openStops(page)).toHaveCount(open - 1);
  await expect(page.getByText("All sent")).toBeVisible();
});

test("two tabs of one phone show one outbox", async ({ visit }) => {
  const worker = await visit("a worker", "/walk", { viewport: phone });
  const { page, context } = worker;
  await expect(page.getByText("All sent")).toBeVisible();
  const other = await context.newPage();
  await other.goto("/walk");
  await expect(other.getByText("All sent")).toBeVisible();
  await context.setOffline(true);
  await worker.tap("Start");
  await worker.tap("Not home");
  await expect(other.getByText(/1 waiting/)).toBeVisible();
  await context.setOffline(false);
  await other.reload();
  await expect(other.getByText("All sent")).toBeVisible();
  await expect(page.getByText("All sent")).toBeVisible();
});

test("a session that was ended from afar takes the day from the phone, and not what waits", async ({ visit }) => {
  test.slow();
  const worker = await signedIn(visit, "w05");
  const { page, context } = worker;
  await page.goto("/walk");
  await expect(page.getByText("All sent")).toBeVisible();
  await keepDay(worker);
  await worker.tap("Start");
  await context.setOffline(true);
  await worker.tap("Not home");
  await expect(page.getByText("Offline · 1 waiting")).toBeVisible();
  expect((await context.request.delete("/api/v1/session")).ok()).toBe(true);
  await context.setOffline(false);
  await page.waitForURL((url) => url.pathname === "/");
  // Who cannot sign in any more hands it over from there.
  await expect(page.getByRole("heading", { name: "1 entry on this phone was not sent" })).toBeVisible();
  const file = page.waitForEvent("download");
  await worker.tap("Hand over as a file");
  const content = await (await file).createReadStream().then((stream) => stream.toArray()).then((parts) => Buffer.concat(parts).toString());
  expect(JSON.parse(content)).toMatchObject({ form: "rounds-phone-1", sealed: [{ box: expect.any(String) }] });
  await worker.seesNoBarriers();
  await context.setOffline(true);
  await page.goto("/walk");
  await expect(page.getByText("Nothing lies on this phone for work without a connection.")).toBeVisible();
  await context.setOffline(false);
  expect((await context.request.post("/api/v1/session", { data: { login: "w05", password } })).ok()).toBe(true);
  await page.goto("/walk");
  await expect(page.getByText("All sent")).toBeVisible();
  // Nothing is left to send: signing out leaves nothing at all, in no page of this phone.
  const other = await context.newPage();
  await other.goto("/walk");
  await expect(other.getByText("All sent")).toBeVisible();
  await worker.tap("Menu");
  await worker.tap("Sign out");
  await page.waitForURL((url) => url.pathname === "/");
  await other.waitForURL((url) => url.pathname === "/");
  expect(await page.evaluate(async () => [(await indexedDB.databases()).length, (await caches.keys()).length])).toEqual([0, 0]);
});

test("who works with a phone next finds no day of the one before, and throws nothing of theirs away", async ({ visit }) => {
  test.slow();
  const worker = await signedIn(visit, "w05");
  const { page, context } = worker;
  const signIn = async (login: Person) => expect((await context.request.post("/api/v1/session", { data: { login, password } })).ok()).toBe(true);
  await page.goto("/walk");
  await expect(page.getByText("All sent")).toBeVisible();
  await keepDay(worker);
  await worker.tap("Start");
  const open = await openStops(page).count();
  await context.setOffline(true);
  await worker.tap("Not home");
  await expect(page.getByText("Offline · 1 waiting")).toBeVisible();
  const next = await context.newPage();
  await page.close();
  await context.setOffline(false);

  await signIn("w04");
  await next.goto("/walk");
  await expect(next.getByText("All sent")).toBeVisible();
  await context.setOffline(true);
  await next.reload();
  await expect(next.getByText("Nothing lies on this phone for work without a connection.")).toBeVisible();
  await context.setOffline(false);
  await next.reload();
  await expect(next.getByText("All sent")).toBeVisible();
  await next.getByRole("button", { name: "Menu", exact: true }).click();
  await next.getByRole("button", { name: "Sign out", exact: true }).click();
  await next.waitForURL((url) => url.pathname === "/");

  await signIn("w05");
  await next.goto("/walk");
  await expect(next.getByText("All sent")).toBeVisible();
  await expect(openStops(next)).toHaveCount(open - 1);
});

test("a page that stayed open begins again on the next day", async ({ visit }) => {
  const worker = await visit("a worker", "/walk", { viewport: phone });
  const { page } = worker;
  await expect(page.getByText("All sent")).toBeVisible();
  const again = page.waitForEvent("load");
  await page.evaluate(() => {
    const real = Date.now;
    Date.now = () => real() + 24 * 3600 * 1000;
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await again;
  await expect(page.getByText("All sent")).toBeVisible();
});

test("a phone whose clock is wrong by days records on the right day", async ({ visit }) => {
  const worker = await visit("a worker", "/about", { viewport: phone });
  const { page } = worker;
  await page.addInitScript(() => {
    const real = Date;
    const off = 9 * 24 * 3600 * 1000;
    globalThis.Date = class extends real {
      constructor(...of: []) {
        if (of.length === 0) super(real.now() + off);
        else super(...of);
      }
      static override now = () => real.now() + off;
    } as DateConstructor;
  });
  await page.goto("/walk");
  await worker.tap("Start");
  await worker.tap("Not home");
  await expect(page.getByText(/^Not home: /)).toBeVisible();
  await expect(page.getByText("All sent")).toBeVisible();
  await expect(page.getByText(/not taken/)).toHaveCount(0);
});

test("a phone that is full says so, and shows nothing as recorded", async ({ visit }) => {
  const worker = await visit("a worker", "/walk", { viewport: phone });
  const { page } = worker;
  await worker.tap("Start");
  const heading = page.getByRole("heading", { name: /\d+ of \d+ done/ });
  // First the map makes room: it can be fetched again.
  await page.evaluate(async () => {
    await caches.open("map");
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = () => {
      IDBObjectStore.prototype.put = put;
      throw new DOMException("full", "QuotaExceededError");
    };
  });
  await worker.tap("Not home");
  await expect(page.getByText("All sent")).toBeVisible();
  await expect(page.getByText(/^Not home: /)).toBeVisible();
  expect(await page.evaluate(() => caches.has("map"))).toBe(false);
  const before = await heading.textContent();
  await page.evaluate(() => {
    IDBObjectStore.prototype.put = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
  });
  await worker.tap("Done");
  await expect(page.getByText("This phone could not keep it")).toBeVisible();
  await expect(heading).toHaveText(before!);
});

test("signing out without a connection ends the session with the next one", async ({ visit }) => {
  const worker = await signedIn(visit, "w05");
  const { page, context } = worker;
  await page.goto("/walk");
  await expect(page.getByText("All sent")).toBeVisible();
  await page.evaluate(() => navigator.serviceWorker.ready);
  const cookies = await context.cookies();
  await context.setOffline(true);
  await worker.tap("Menu");
  await worker.tap("Sign out");
  await expect(page.getByText("You are signed out on this phone.")).toBeVisible();
  await worker.seesNoBarriers();
  await context.setOffline(false);
  await page.waitForURL((url) => url.pathname === "/");
  await context.addCookies(cookies);
  expect((await context.request.get("/api/v1/session")).status()).toBe(401);
});

test("what the service cannot open is given up knowingly, and its door or message is open again", async ({ visit }) => {
  const message = { id: crypto.randomUUID(), text: "Vests are in the office", sent_at: new Date().toISOString() };
  const worker = await visit("a worker", "/walk", { viewport: phone });
  const { page, context } = worker;
  await expect(page.getByText("All sent")).toBeVisible();
  await context.route("**/api/v1/sync", async (route) => {
    const { sealed } = route.request().postDataJSON() as { sealed: { id: string }[] };
    const answer = await route.fetch({ postData: JSON.stringify({ ...route.request().postDataJSON(), sealed: [] }) });
    await route.fulfill({ response: answer, json: { ...(await answer.json()), results: sealed.map(({ id }) => ({ id, state: "waits", code: "sealed" })), messages: [message] } });
  });
  await worker.tap("Start");
  const open = await openStops(page).count();
  await worker.tap("Other");
  await worker.tap("Asked never to be visited");
  await page.getByRole("dialog").getByRole("button", { name: "Never visit", exact: true }).click();
  await expect(openStops(page)).toHaveCount(open - 1);
  await worker.tap(/1 waiting/);
  await expect(page.getByText(/The server cannot open it/)).toBeVisible();
  await worker.seesNoBarriers();
  await worker.tap("Give up");
  await page.getByRole("dialog", { name: "Give this up?" }).getByRole("button", { name: "Give up" }).click();
  await expect(page.getByText("Everything was sent.")).toBeVisible();
  await worker.tap("Close");
  await expect(openStops(page)).toHaveCount(open);
  const banner = page.getByRole("region", { name: /From your supervisor/ });
  await banner.getByRole("button", { name: "Understood" }).click();
  await expect(banner).toHaveCount(0);
  await worker.tap(/1 waiting/);
  await worker.tap("Give up");
  await page.getByRole("dialog", { name: "Give this up?" }).getByRole("button", { name: "Give up" }).click();
  await worker.tap("Close");
  await expect(banner.getByText(message.text)).toBeVisible();
});

test("who asked never to be visited is not shown again the next day, before it was sent", async ({ visit }) => {
  test.slow();
  const worker = await visit("a worker", "/walk", { viewport: phone });
  const { page, context } = worker;
  await expect(page.getByText("All sent")).toBeVisible();
  await keepDay(worker);
  await worker.tap("Start");
  const open = await openStops(page).count();
  // Nothing of it comes to the service: the demo keeps its door.
  await context.route("**/api/v1/sync", (route) => route.abort());
  await worker.tap("Other");
  await worker.tap("Asked never to be visited");
  await page.getByRole("dialog").getByRole("button", { name: "Never visit", exact: true }).click();
  await expect(openStops(page)).toHaveCount(open - 1);
  await expect(page.getByText(/1 waiting/)).toBeVisible();
  await page.reload();
  await expect(page.getByText(/1 waiting/)).toBeVisible();
  await expect(openStops(page)).toHaveCount(open - 1);
});

test("a photo is blurred by hand, goes with its report and comes small", async ({ visit }) => {
  test.slow();
  const worker = await visit("a worker", "/walk", { viewport: phone });
  const { page, context } = worker;
  await expect(page.getByText("All sent")).toBeVisible();
  // Stripes of two pixels: what is blurred is grey.
  const striped = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(3200, 2400);
    const brush = canvas.getContext("2d")!;
    for (let x = 0; x < 3200; x += 64) {
      brush.fillStyle = x % 128 ? "black" : "white";
      brush.fillRect(x, 0, 64, 2400);
    }
    return [...new Uint8Array(await (await canvas.convertToBlob({ type: "image/jpeg" })).arrayBuffer())];
  });
  await context.setOffline(true);
  await worker.tap("Report");
  await worker.tap("Street light out");
  await page.locator('input[type="file"]').setInputFiles({ name: "a.jpg", mimeType: "image/jpeg", buffer: Buffer.from(striped) });
  await expect(page.getByRole("heading", { name: "Blur faces, names and number plates" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Use this photo" })).toBeEnabled();
  const surface = page.getByRole("application", { name: /The photo/ });
  const box = (await surface.boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.3, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2, { steps: 5 });
  await page.mouse.up();
  await surface.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Space");
  await worker.seesNoBarriers();
  await worker.tap("Use this photo");
  await expect(page.getByText("With a photo")).toBeVisible();
  await worker.seesNoBarriers();
  await worker.tap("Save report");
  await expect(page.getByText(/2 waiting/)).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByText("All sent")).toBeVisible();
  const seen = await page.evaluate(async () => {
    const { items } = (await (await fetch("/api/v1/incidents?state=open&limit=200")).json()) as { items: { id: string }[] };
    for (const { id } of items) {
      const answer = await fetch(`/api/v1/incidents/${id}/photo`);
      if (!answer.ok) continue;
      const picture = await createImageBitmap(await answer.blob());
      const canvas = new OffscreenCanvas(picture.width, picture.height);
      const brush = canvas.getContext("2d")!;
      brush.drawImage(picture, 0, 0);
      const shade = (x: number, y: number) => brush.getImageData(x, y, 1, 1).data[0]!;
      const greys = (y: number) => Array.from({ length: 40 }, (_, n) => shade(560 + 8 * n, y)).filter((value) => value > 40 && value < 215).length;
      return { width: picture.width, blurred: greys(600), clear: greys(100) };
    }
    return null;
  });
  expect(seen?.width).toBe(1600);
  expect(seen!.blurred).toBeGreaterThan(30);
  expect(seen!.clear).toBeLessThan(15);
});

test("a release that comes over a full outbox sends what the one before recorded", async ({ visit }) => {
  test.slow();
  const worker = await visit("a worker", "/walk", { viewport: phone });
  const { page, context } = worker;
  await expect(page.getByText("All sent")).toBeVisible();
  await worker.tap("Start");
  await context.route("**/api/v1/sync", (route) => route.abort());
  const open = await openStops(page).count();
  for (const outcome of ["Not home", "Done", "Not home"]) await worker.tap(outcome);
  await expect(page.getByText(/3 waiting/)).toBeVisible();
  const other = await context.newPage();
  await other.goto("/about");
  await page.close();
  // The database as the first release made it, with the same in it.
  await other.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>) => new Promise<T>((resolve, reject) => ((request.onsuccess = () => resolve(request.result)), (request.onerror = () => reject(request.error))));
    const now = await done(indexedDB.open("rounds"));
    const outbox = (await done(now.transaction("outbox").objectStore("outbox").getAll())) as object[];
    const facts = now.transaction("facts").objectStore("facts");
    const [names, values] = [await done(facts.getAllKeys()), await done(now.transaction("facts").objectStore("facts").getAll())];
    now.close();
    await done(indexedDB.deleteDatabase("rounds"));
    const first = indexedDB.open("rounds", 1);
    first.onupgradeneeded = () => (first.result.createObjectStore("outbox", { keyPath: "id" }), first.result.createObjectStore("facts"));
    const before = await done(first);
    const write = before.transaction(["outbox", "facts"], "readwrite");
    for (const one of outbox) write.objectStore("outbox").put(one);
    names.forEach((name, i) => write.objectStore("facts").put(values[i], name));
    await new Promise((resolve) => (write.oncomplete = resolve));
    before.close();
  });
  await context.unroute("**/api/v1/sync");
  await other.goto("/walk");
  await expect(other.getByText("All sent")).toBeVisible();
  await expect(openStops(other)).toHaveCount(open - 3);
});

test("a server that comes back from an older backup gets everything again", async ({ visit }) => {
  const worker = await visit("a worker", "/walk", { viewport: phone });
  const { page, context } = worker;
  await expect(page.getByText("All sent")).toBeVisible();
  await worker.tap("Start");
  const open = await openStops(page).count();
  const sent: string[][] = [];
  let epoch = "";
  await context.route("**/api/v1/sync", async (route) => {
    const body = route.request().postDataJSON() as { sealed: { id: string }[] };
    // The epoch is that of when the phone asked: an answer that is on its way keeps its own.
    const now = epoch;
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), ...(now ? { epoch: now } : {}) } });
    sent.push(body.sealed.map(({ id }) => id));
  });
  await worker.tap("Not home");
  await expect(page.getByText("All sent")).toBeVisible();
  await expect.poll(() => sent.flat()).toHaveLength(1);
  const first = sent.flat()[0]!;
  epoch = crypto.randomUUID();
  await worker.tap("Done");
  await expect.poll(() => sent.flat().filter((id) => id === first)).toHaveLength(2);
  await expect(page.getByText("All sent")).toBeVisible();
  await expect(openStops(page)).toHaveCount(open - 2);
  await expect(page.getByText(/not taken/)).toHaveCount(0);
});
