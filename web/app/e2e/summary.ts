import { stripVTControlCharacters } from "node:util";
import type { FullResult, Reporter, TestCase, TestResult } from "@playwright/test/reporter";

/** Says last, a line each, what failed and why: the end of a log is what one reads of it. */
export default class Summary implements Reporter {
  private failures: string[] = [];

  onTestEnd(test: TestCase, result: TestResult) {
    if (result.status === test.expectedStatus || result.status === "skipped") return;
    const at = result.error?.location ?? test.location;
    const why = stripVTControlCharacters(result.error?.message ?? result.status).split("\n").filter(Boolean).slice(0, 4).join(" | ");
    this.failures.push(`${at.file.split("/").pop()}:${at.line} ${test.title}: ${why}`);
  }

  onEnd(_: FullResult) {
    for (const failure of this.failures) console.log(failure);
  }
}
