import { expect, test } from "vitest";
import { newReceipt } from "./receipt";

test("a code is the bytes in Crockford's base 32, as the server writes it", () => {
  expect(newReceipt((bytes) => (bytes.set([0, 1, 2, 3, 4, 5, 6, 7, 8, 255]), bytes))).toBe("000G-40R4-0M30-E27Z");
});

test("codes have 16 letters and digits, and no two are the same", () => {
  const codes = Array.from({ length: 200 }, () => newReceipt());
  for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
  expect(new Set(codes).size).toBe(codes.length);
});
