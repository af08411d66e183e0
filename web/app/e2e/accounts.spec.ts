import type { Page } from "@playwright/test";
import { expect, phone, test, type Visitor } from "./driver";
import { password } from "./people";

/** A device that makes passkeys without asking anybody (Chromium's own). */
async function authenticator(page: Page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

async function signIn(visitor: Visitor, login: string, secret = password) {
  await visitor.page.getByLabel("Login").fill(login);
  await visitor.page.getByLabel("Password").fill(secret);
  await visitor.tap("Sign in");
}

test("an invitation becomes a passkey, which signs in without a login", async ({ visit }) => {
  const admin = await visit(null, "/?to=account");
  await signIn(admin, "admin");
  await expect(admin.page.getByRole("heading", { name: "My account" })).toBeVisible();
  const invited = await admin.page.evaluate(async () => {
    const body = { id: crypto.randomUUID(), login: `ada${Date.now() % 1e6}`, name: "Ada Pla", language: "en" };
    const answer = await fetch("/api/v1/accounts", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    return (await answer.json()) as { url: string };
  });

  const ada = await visit(null, new URL(invited.url).pathname, { viewport: phone });
  await authenticator(ada.page);
  await ada.page.goto(`${new URL(invited.url).pathname}?again${new URL(invited.url).hash}`);
  await expect(ada.page.getByRole("heading", { name: "Welcome, Ada Pla" })).toBeVisible();
  expect(new URL(ada.page.url()).hash).toBe("");
  await ada.seesNoBarriers();
  await ada.tap("Use a passkey");
  await expect(ada.page.getByText(/You can sign in as soon as|No role holds for this account/)).toBeVisible();
  await ada.page.getByRole("link", { name: "To the sign-in page" }).click();
  await ada.tap("Sign in with a passkey");
  await expect(ada.page.getByRole("alert")).toHaveText(/No role holds/);
});

test("a passkey is added, used and removed", async ({ visit }) => {
  const worker = await visit(null, "/?to=account", { viewport: phone });
  const { page } = worker;
  await authenticator(page);
  await signIn(worker, "w06");
  const passkeys = page.getByRole("region", { name: "Passkeys" });
  await passkeys.getByRole("button", { name: "Add a passkey" }).click();
  await expect(passkeys.getByText(/added/)).toBeVisible();
  await worker.seesNoBarriers();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.waitForURL((url) => url.pathname === "/");
  await worker.tap("Sign in with a passkey");
  await page.waitForURL(/walk/);
  await page.goto("/account");
  await expect(page.getByText(/Passkey · this device/)).toBeVisible();
  await passkeys.getByRole("button", { name: "Remove" }).click();
  await expect(passkeys.getByText(/added/)).toBeHidden();
});

test("two workers share a phone and switch by PIN", async ({ visit }) => {
  const shared = await visit(null, "/", { viewport: phone });
  const { page } = shared;
  for (const [login, pin] of [["w07", "402917"], ["w08", "771203"]] as const) {
    await page.goto("/?to=account");
    await signIn(shared, login);
    await page.getByLabel("PIN", { exact: true }).fill(pin);
    await shared.tap("Set PIN for this phone");
    await expect(page.getByText("The PIN works on this phone from now on.")).toBeVisible();
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await page.waitForURL((url) => url.pathname === "/");
  }
  const workers = page.getByRole("region", { name: "Switch user on this phone" });
  await expect(workers.getByRole("button")).toHaveCount(2);
  await workers.getByRole("button").first().click();
  await page.getByLabel(/PIN of/).fill("000000");
  await workers.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toHaveText("The PIN is not right.");
  await shared.seesNoBarriers();
  await page.getByLabel(/PIN of/).fill("402917");
  await workers.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(/walk/);
});

test("a device that was left signed in is signed out from another", async ({ visit }) => {
  const left = await visit(null, "/", { viewport: phone });
  await signIn(left, "w09");
  await left.page.waitForURL(/walk/);
  const here = await visit(null, "/?to=account");
  await signIn(here, "w09");
  const devices = here.page.getByRole("region", { name: "Where you are signed in" });
  await expect(devices.getByText("Chrome on Linux")).toHaveCount(2);
  await here.tap("Sign out all others");
  await expect(devices.getByText("Chrome on Linux")).toHaveCount(1);
  await left.page.reload();
  await left.page.waitForURL((url) => url.pathname === "/");
});
