import { expect, phone, test } from "./driver";
import { password } from "./people";

/** A login that no other run of the tests has. */
const login = (start: string) => `${start}${Date.now() % 1e7}`;

// Journey 12, last part: invite by QR.
test("an administrator invites somebody, who gets a role from two people", async ({ visit }) => {
  test.slow();
  const admin = await visit("admin", "/desk");
  const name = login("bea");
  await admin.tap("Invite somebody");
  await admin.page.getByLabel("Name").fill("Bea Font");
  await admin.page.getByRole("dialog").getByLabel("Login").fill(name);
  await admin.seesNoBarriers();
  await admin.tap("Make invitation");
  const dialog = admin.page.getByRole("dialog", { name: "Invitation for Bea Font" });
  await expect(dialog.getByRole("img", { name: "The link as a QR code" })).toBeVisible();
  const link = new URL((await dialog.locator(".url").textContent())!);
  await admin.seesNoBarriers();
  await dialog.getByRole("button", { name: "Close" }).click();

  const bea = await visit(null, link.pathname + link.hash, { viewport: phone });
  await bea.page.getByLabel("New password").fill("five rivers under two bridges");
  await bea.page.getByRole("button", { name: "Set a password" }).click();
  await expect(bea.page.getByText(/You can sign in as soon as|No role holds for this account/)).toBeVisible();

  // The list has it open.
  await admin.page.getByRole("combobox", { name: "Role" }).selectOption("administrator");
  await admin.tap("Propose");
  await expect(admin.page.getByText(/proposed by you: another person confirms/).first()).toBeVisible();

  const second = await visit("admin2", "/desk");
  const waiting = second.page.getByRole("region", { name: "Waiting for a second person" }).getByRole("listitem").filter({ hasText: "Bea Font" });
  await waiting.getByRole("button", { name: "Confirm" }).click();
  await expect(waiting).toHaveCount(0);
  await second.page.getByRole("button", { name: new RegExp(`^${name}`) }).click();
  await expect(second.page.getByText(/held/).first()).toBeVisible();
});

test("a lost phone is signed out in two clicks", async ({ visit }) => {
  const lost = await visit(null, "/", { viewport: phone });
  await lost.page.getByLabel("Login").fill("w10");
  await lost.page.getByLabel("Password").fill(password);
  await lost.tap("Sign in");
  await lost.page.waitForURL(/walk/);
  const admin = await visit("admin", "/desk");
  const clicks = await admin.taps(async () => {
    await admin.page.getByRole("button", { name: /^w10/ }).click();
    await admin.tap("Sign out everywhere");
    await expect(admin.page.getByText(/^Signed out on \d+ device/)).toBeVisible();
  });
  expect(clicks).toBe(2);
  await admin.seesNoBarriers();
  await lost.page.reload();
  await lost.page.waitForURL((url) => url.pathname === "/");
});

test("after a recovery the roles sleep until another administrator wakes them", async ({ visit }) => {
  const admin = await visit("admin", "/desk");
  await admin.page.getByRole("button", { name: /^w11/ }).click();
  await admin.tap("Recover account");
  await admin.page.getByRole("dialog").getByRole("button", { name: "Recover account" }).click();
  const dialog = admin.page.getByRole("dialog", { name: /^Recovery for/ });
  const link = new URL((await dialog.locator(".url").textContent())!);
  await dialog.getByRole("button", { name: "Close" }).click();

  const worker = await visit(null, link.pathname + link.hash, { viewport: phone });
  await worker.page.getByLabel("New password").fill("seven goats on a steep meadow");
  await worker.page.getByRole("button", { name: "Set a password" }).click();
  await expect(worker.page.getByText(/^The roles of this account sleep after a recovery/)).toBeVisible(); // the page says before, too, that they will

  // Who made the recovery does not wake them; another administrator does.
  await admin.page.reload();
  await admin.page.getByRole("button", { name: /^w11/ }).click();
  await expect(admin.page.getByText("The roles sleep after a recovery.")).toBeVisible();
  await admin.seesNoBarriers();
  await admin.tap("Wake");
  await expect(admin.page.getByRole("alert")).toHaveText(/A second person does this/);
  const second = await visit("admin2", "/desk");
  await second.page.getByRole("button", { name: /^w11.*roles asleep/ }).click();
  await second.tap("Wake");
  await expect(second.page.getByText("Awake: the roles hold again.")).toBeVisible();
  await worker.page.goto("/");
  await worker.page.getByLabel("Login").fill("w11");
  await worker.page.getByLabel("Password").fill("seven goats on a steep meadow");
  await worker.tap("Sign in");
  await worker.page.waitForURL(/walk/);
});

test("a supervisor proposes a worker's grant, which another person confirms", async ({ visit }) => {
  test.slow();
  const supervisor = await visit("supervisor", "/desk?view=team");
  const { page } = supervisor;
  await page.getByRole("button", { name: /^w12/ }).click();
  const row = page.getByRole("listitem").filter({ has: page.getByRole("button", { name: /^w12/ }) });
  await row.getByRole("combobox", { name: "Area" }).selectOption({ index: 1 });
  await page.getByRole("checkbox", { name: "Fire safety" }).uncheck();
  await page.getByRole("checkbox", { name: "Welfare check after an event" }).check();
  await supervisor.seesNoBarriers();
  await supervisor.tap("Propose");
  const waiting = page.getByRole("region", { name: "Waiting for a second person" }).getByRole("listitem").filter({ hasText: "Demo worker 12" });
  await expect(waiting).toBeVisible();
  await expect(waiting.getByRole("button", { name: "Confirm" })).toHaveCount(0);
  const officer = await visit("officer", "/desk#grants");
  const theirs = officer.page.getByRole("listitem").filter({ hasText: "Demo worker 12" });
  await theirs.getByRole("button", { name: "Confirm" }).click();
  await expect(theirs).toHaveCount(0);
});

test("one's account tells what one read", async ({ visit }) => {
  const worker = await visit("w01", "/walk", { viewport: phone });
  await expect(worker.page.getByText(/back by/)).toBeVisible();
  await worker.page.goto("/account");
  const reads = worker.page.getByRole("region", { name: "What I read" });
  // The map of the walk reads too, and later: the day may be on a later page.
  const walk = reads.getByText("Own walk of a day").first();
  await expect(async () => {
    if (!(await walk.isVisible())) await reads.getByRole("button", { name: "More" }).click({ timeout: 1000 });
    await expect(walk).toBeVisible({ timeout: 1000 });
  }).toPass();
});
