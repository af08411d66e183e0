import { execFile, spawn, type ChildProcess } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";

const rounds = join(import.meta.dirname, "../../../bin/rounds");
const run = promisify(execFile);
let folder = "";
let address = "";
let service: ChildProcess;

/** Serves an empty installation of its own, with one administrator. */
test.beforeAll(async () => {
  test.setTimeout(180_000);
  folder = mkdtempSync(join(tmpdir(), "rounds-install-"));
  chmodSync(folder, 0o755); // the database's user enters it
  mkdirSync(join(folder, "files"));
  service = spawn(rounds, ["serve", "--data", join(folder, "data"), "--listen", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "inherit"] });
  address = await new Promise<string>((resolve, reject) => {
    service.on("exit", () => reject(new Error("the service ended")));
    service.stdout!.on("data", (text: Buffer) => {
      const found = /rounds serves at (\S+)/.exec(text.toString());
      if (found) resolve(found[1]!);
    });
  });
  const adding = run(rounds, ["user", "add", "root", "--name", "Office", "--role", "administrator", "--password-stdin", "--data", join(folder, "data")]);
  adding.child.stdin!.end("four rivers meet in one valley\n");
  await adding;
});

test.afterAll(async () => {
  const ended = new Promise((resolve) => service.once("exit", resolve));
  service.kill("SIGTERM");
  await ended;
  rmSync(folder, { recursive: true });
});

/** A village of a few streets: its boundary, and thirty addresses. */
function village() {
  const outline = [[[1.5, 42.5], [1.52, 42.5], [1.52, 42.51], [1.5, 42.51], [1.5, 42.5]]];
  const area = { type: "Feature", properties: { id: "v1", name: "Vall", level: "village" }, geometry: { type: "Polygon", coordinates: outline } };
  const areas = join(folder, "files", "areas.geojson");
  writeFileSync(areas, JSON.stringify({ type: "FeatureCollection", features: [area] }));
  const rows = Array.from({ length: 30 }, (_, i) => `b${i},${1.502 + (i % 6) * 0.002},${42.502 + Math.floor(i / 6) * 0.001},Carrer Nou,${i + 1}`);
  const households = join(folder, "files", "households.csv");
  writeFileSync(households, ["id,lon,lat,street,house_number", ...rows].join("\n"));
  return { areas, households };
}

// Journey 12: the commands that the page names, then an invitation by QR.
test("journey 12: from an empty installation to the first invitation", async ({ browser }) => {
  test.setTimeout(180_000);
  const context = await browser.newContext({ baseURL: address, reducedMotion: "reduce" });
  await context.addInitScript(() => localStorage.setItem("language", "en"));
  const page = await context.newPage();
  await page.goto("/");
  await page.getByLabel("Login").fill("root");
  await page.getByLabel("Password").fill("four rivers meet in one valley");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  const steps = page.getByRole("region", { name: "First steps" });
  await expect(steps.getByRole("heading", { name: "Areas and streets to do" })).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await steps.getByLabel("Language").selectOption("zh-Hans");
  await expect(page.getByRole("heading", { name: "开始使用" })).toBeVisible();
  await page.getByRole("region", { name: "开始使用" }).getByLabel("语言").selectOption("en");

  const files = village();
  await run(rounds, ["import", "areas", files.areas, "--data", join(folder, "data")]);
  await steps.getByRole("button", { name: "Look again" }).click();
  await expect(steps.getByRole("heading", { name: "Areas and streets done" })).toBeVisible();
  await expect(steps.getByRole("heading", { name: "Households to do" })).toBeVisible();
  await run(rounds, ["import", "households", files.households, "--data", join(folder, "data")]);
  await steps.getByRole("button", { name: "Look again" }).click();
  await expect(steps.getByRole("heading", { name: "Households done" })).toBeVisible();
  await expect(steps.getByText("30 dwellings")).toBeVisible();

  await steps.getByRole("button", { name: "Invite somebody" }).click();
  await page.getByLabel("Name").fill("Second Office");
  await page.getByRole("dialog").getByLabel("Login").fill("second");
  await page.getByRole("button", { name: "Make invitation" }).click();
  await expect(page.getByRole("img", { name: "The link as a QR code" })).toBeVisible();
  await context.close();
});
