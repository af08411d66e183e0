import { join } from "node:path";
import base from "../playwright.config";

// What is measured and not tested: figures for docs/benchmarks.md, `make bench-phone`.
const server = base.webServer && { webServer: { ...base.webServer, cwd: join(import.meta.dirname, "..") } };
export default { ...base, ...server, testDir: ".", outputDir: "../test-results", globalSetup: "../e2e/sign-in.ts", reporter: "list" };
