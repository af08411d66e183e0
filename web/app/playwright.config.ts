import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "@playwright/test";

// The tests walk through the demo: real server, real database, real extract. The
// first process that reads this file chooses folder and port; its children inherit
// them, and another run beside it has its own.
const own = !process.env["ROUNDS_URL"];
const folder = (process.env["ROUNDS_E2E_DATA"] ??= mkdtempSync(join(tmpdir(), "rounds-e2e-")));
chmodSync(folder, 0o755); // the database's user enters it
const listen = `127.0.0.1:${(process.env["ROUNDS_E2E_PORT"] ??= freePort())}`;
const address = process.env["ROUNDS_URL"] ?? `http://localhost:${process.env["ROUNDS_E2E_PORT"]}`;

function freePort(): string {
  const ask = "const s = require('net').createServer().listen(0, '127.0.0.1', () => { console.log(s.address().port); s.close(); })";
  return execFileSync(process.execPath, ["-e", ask], { encoding: "utf8" }).trim();
}

function extract(): string {
  const other = process.env["ROUNDS_E2E_EXTRACT"];
  if (other) return other;
  const module = execFileSync("go", ["list", "-m", "-f", "{{.Dir}}", "github.com/paulmach/osm"], { encoding: "utf8" }).trim();
  return join(module, "testdata", "andorra-latest.osm.bz2");
}

const changesThePlan = /replan\.spec\.ts/;

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  forbidOnly: Boolean(process.env["CI"]),
  reporter: [["list"], ["./e2e/summary.ts"]],
  globalSetup: "./e2e/sign-in.ts",
  use: {
    baseURL: address,
    timezoneId: "Europe/Andorra",
    locale: "en-GB",
    launchOptions: {
      executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
      ],
    },
  },
  // A plan that is changed for everybody leads nobody anywhere today any more, once today's
  // shifts are over: whoever changes it comes after those who walk.
  projects: [
    { name: "demo", testIgnore: changesThePlan },
    { name: "changed", testMatch: changesThePlan },
  ],
  webServer: own
    ? {
        command: `../../bin/rounds demo --osm ${extract()} --data ${join(folder, "data")} --listen ${listen} --iterations 20000`,
        url: `${address}/readyz`,
        timeout: 400_000, // a busy machine imports the extract slowly
        stdout: "ignore",
        stderr: "pipe",
        gracefulShutdown: { signal: "SIGTERM", timeout: 10_000 },
      }
    : undefined,
});
