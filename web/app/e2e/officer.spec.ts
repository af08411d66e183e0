import { expect, phone, test, type Visitor } from "./driver";
import { workers, type Person } from "./people";

/** The first open stop from today on whose address no other stop of the round shares, its day, and who walks there: one of those that stay signed in. */
async function stopWithAddress(supervisor: Visitor) {
  return supervisor.page.evaluate(async (walkers) => {
    type Stop = { address: string; state: string };
    const get = async (path: string) => (await fetch(path)).json();
    const { today } = await get("/api/v1/session");
    const { items: rounds } = await get("/api/v1/rounds?limit=100");
    const { items: routes } = await get(`/api/v1/plans/${rounds[0].published_plan}/routes?limit=500`);
    const walks: { code: string; date: string; stops: Stop[] }[] = await Promise.all(routes.map(({ id }: { id: string }) => get(`/api/v1/routes/${id}`)));
    const addresses = walks.flatMap((walk) => walk.stops.map((stop) => stop.address));
    const alone = ({ address }: Stop) => addresses.filter((other) => other.includes(address)).length === 1;
    for (const { code: worker, date, stops } of walks) {
      if (date < today || !walkers.includes(worker)) continue;
      const stop = stops.find((one) => one.state === "open" && one.address.length > 8 && alone(one));
      if (stop) return { address: stop.address, worker: worker as Person, date, today };
    }
    return null;
  }, [...workers] as string[]);
}

/** A worker at a door is asked for help, which is recorded; the code to withdraw. */
async function consentAt(worker: Visitor): Promise<string> {
  await worker.tap("Start");
  await worker.tap("They ask for help");
  await worker.tap("They agree");
  await worker.page.getByLabel("Interpreter").check();
  await worker.page.getByLabel("One telephone number or e-mail address").fill("asked@example.org");
  await worker.tap("Record");
  const code = (await worker.page.getByRole("dialog").getByRole("status").textContent())!.trim();
  await worker.tap("They have it");
  await expect(worker.page.getByText("All sent")).toBeVisible();
  return code;
}

// Journey 11, second half: find, preview, export or erase, receipt.
test("journey 11: a resident gets what is held of the place, in three clicks", async ({ visit }) => {
  const officer = await visit("officer", "/desk");
  await officer.page.getByLabel("Street and number").fill("Carrer 12");
  const clicks = await officer.taps(async () => {
    await officer.tap("Find");
    const places = officer.page.getByRole("group", { name: "Which place" }).getByRole("radio");
    await expect(places.first()).toBeVisible();
    await places.first().focus(); // the keyboard chooses among several
    await officer.page.keyboard.press("Space");
    await officer.tap("In person, with a document");
    await expect(officer.page.getByRole("heading", { name: /visits? planned/ })).toBeVisible();
    await officer.seesNoBarriers();
    const saved = officer.page.waitForEvent("download");
    await officer.tap("Export the report");
    expect((await saved).suggestedFilename()).toMatch(/^report-.*\.json$/);
  });
  expect(clicks).toBe(3);
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

test("journey 11: a place is erased in four clicks, and gone from desk and walk", async ({ visit }) => {
  test.slow();
  const supervisor = await visit("supervisor", "/desk");
  const stop = await stopWithAddress(supervisor);
  expect(stop).not.toBeNull();
  const { address, worker: login, date, today } = stop!;
  const route = `/desk?view=plan&worker=`;
  const worker = await visit(login, "/walk", { viewport: phone });
  const there = worker.page.locator("#stops li").filter({ hasText: address });
  await expect(there).toHaveCount(date === today ? 1 : 0);
  const desk = async () => {
    await supervisor.page.goto("/desk?view=plan");
    await supervisor.page.getByRole("button", { name: new RegExp(`^${login}`) }).click();
    const query = new URL(supervisor.page.url()).searchParams.get("worker")!;
    await supervisor.page.goto(`${route}${query}&date=${date}`);
    await expect(supervisor.page.locator(".stop").first()).toBeVisible();
    return supervisor.page.locator(".stop").filter({ hasText: address });
  };
  await expect(await desk()).toHaveCount(1);

  const officer = await visit("officer", "/desk");
  await officer.page.getByLabel("Street and number").fill(address);
  const clicks = await officer.taps(async () => {
    await officer.tap("Find");
    const place = officer.page.getByRole("radio", { name: address, exact: true }).first();
    await place.focus();
    await officer.page.keyboard.press("Space");
    await officer.tap("With the code that was posted there");
    await officer.tap("Erase");
    await officer.seesNoBarriers();
    await officer.tap("Erase for good");
    await expect(officer.page.getByRole("heading", { name: "Erased" })).toBeVisible();
  });
  expect(clicks).toBe(4);
  await expect(officer.page.getByText(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/)).toBeVisible();
  await expect(officer.page.getByRole("cell", { name: "Erasure" }).first()).toBeVisible();

  await worker.page.reload();
  await expect(worker.page.locator("#stops li").first()).toBeVisible();
  await expect(there).toHaveCount(0);
  await expect(await desk()).toHaveCount(0);
  await officer.page.getByLabel("Street and number").fill(address);
  await officer.tap("Find");
  await expect(officer.page.getByRole("radio", { name: address, exact: true })).toHaveCount(0);
});

test("journey 11: what was given with consent is found by its code alone, and erased", async ({ visit }) => {
  test.slow();
  const worker = await visit("a worker", "/walk", { viewport: phone });
  const code = await consentAt(worker);
  const handler = await visit("mediator", "/desk?view=support");
  const contact = handler.page.getByRole("link", { name: "asked@example.org" });
  await expect(contact.first()).toBeVisible();
  await handler.seesNoBarriers();
  const wanted = await contact.count();

  const officer = await visit("officer", "/desk");
  const clicks = await officer.taps(async () => {
    await officer.page.getByLabel("By code").check();
    await officer.page.getByLabel("Code of the leaflet or of a receipt").fill(code);
    await officer.tap("Find");
    await expect(officer.page.getByText("asked@example.org")).toBeVisible();
    await officer.seesNoBarriers();
    await officer.tap("Erase");
    await officer.tap("Erase for good");
    await expect(officer.page.getByRole("heading", { name: "Erased" })).toBeVisible();
  });
  expect(clicks).toBeLessThanOrEqual(5); // with the field
  await officer.page.getByLabel("Code of the leaflet or of a receipt").fill(code);
  await officer.tap("Find");
  await expect(officer.page.getByRole("alert")).toHaveText(/nothing under this code/);
  await handler.page.reload();
  await expect(handler.page.getByRole("heading", { name: "Support wanted" })).toBeVisible();
  await expect(contact).toHaveCount(wanted - 1);
});

test("a case handler sees what is wanted where, and says that it was done", async ({ visit }) => {
  const handler = await visit("mediator", "/desk?view=support");
  const done = handler.page.getByRole("button", { name: /^Done ?: Smoke alarm/ });
  await expect(done.first()).toBeVisible();
  const before = await done.count();
  await done.first().click();
  await expect(handler.page.getByText("Smoke alarm: fit or test: done. The entry goes in 30 days.")).toBeVisible();
  await expect(done).toHaveCount(before - 1);
});

test("a supervisor withdraws for who phones, and does not learn whether there was a consent", async ({ visit }) => {
  test.slow();
  const supervisor = await visit("supervisor", "/desk?view=plan");
  const { page } = supervisor;
  await page.getByRole("button", { name: /^w13/ }).click();
  await page.getByRole("list", { name: "Days" }).getByRole("button").last().click();
  await page.getByRole("button", { name: /^More for this place: / }).first().click();
  await supervisor.tap("Withdraw what they agreed to");
  await supervisor.seesNoBarriers();
  await supervisor.tap("Withdraw");
  await expect(page.getByText("Whatever was recorded there with consent is deleted.")).toBeVisible();
});

test("the officer sees an emergency opening from its proposal on, with who proposed it", async ({ visit }) => {
  const supervisor = await visit("supervisor", "/desk?view=safety");
  await supervisor.page.getByRole("combobox", { name: "Emergency" }).selectOption("quake");
  await supervisor.tap("Propose");
  await expect(supervisor.page.getByText("Proposed by you: another person opens it.").first()).toBeVisible();
  const officer = await visit("officer", "/desk#openings");
  const row = officer.page.getByRole("row").filter({ hasText: "Earthquake" }).first();
  await expect(row.getByRole("cell", { name: /^supervisor/ })).toBeVisible();
  await expect(row).toContainText("waits for a second person");
  await officer.seesNoBarriers();
});

test("a disclosure is recorded and a receiver approved, and everybody reads of both without login", async ({ visit }) => {
  const officer = await visit("officer", "/desk#outward");
  const disclosure = officer.page.getByRole("form", { name: "A disclosure" });
  await disclosure.getByLabel("Given to").selectOption({ label: "Police" });
  await disclosure.getByLabel("Because of").selectOption({ label: "Danger to life" });
  await disclosure.getByRole("combobox", { name: "What" }).selectOption({ label: "Sums per area" });
  await disclosure.getByRole("combobox", { name: "Area" }).selectOption({ index: 1 });
  await disclosure.getByLabel("Places").fill("3");
  await disclosure.getByRole("button", { name: "Record for good" }).click();
  const question = officer.page.getByRole("dialog");
  await officer.seesNoBarriers();
  await question.getByRole("button", { name: "Record for good" }).click();
  await expect(officer.page.getByRole("row", { name: /Police/ }).first()).toBeVisible();

  const receiver = officer.page.getByRole("form", { name: "A receiver" });
  const host = `maps${Date.now() % 100_000}.example.org`;
  await receiver.getByLabel("Host").fill("nowhere");
  await receiver.getByRole("combobox", { name: "Purpose" }).selectOption({ label: "Fire safety" });
  await receiver.getByRole("combobox", { name: "Area" }).selectOption({ index: 1 });
  await receiver.getByRole("button", { name: "Approve" }).click();
  await expect(receiver.getByRole("alert")).toContainText("name of a host");
  await receiver.getByLabel("Host").fill(host);
  await receiver.getByRole("button", { name: "Approve" }).click();
  await expect(officer.page.getByRole("row", { name: new RegExp(host) })).toBeVisible();
  await officer.seesNoBarriers();

  const anybody = await visit(null, "/about");
  const outward = anybody.page.getByRole("region", { name: "Who receives data" });
  await expect(outward.getByText(host)).toBeVisible();
  await expect(outward.getByText("fewer than ten places").first()).toBeVisible();
  await anybody.seesNoBarriers();
  await officer.page.getByRole("button", { name: `End ${host}` }).click();
  await expect(officer.page.getByRole("row", { name: new RegExp(host) })).toContainText("ended");
  await anybody.page.reload();
  await expect(outward.getByRole("heading", { name: "Receivers of tokens and webhooks" })).toBeVisible();
  await expect(outward.getByText(host)).toHaveCount(0);
});
