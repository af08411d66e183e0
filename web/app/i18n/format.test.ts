import { expect, test, vi } from "vitest";

vi.stubGlobal("localStorage", { getItem: () => "en", setItem: () => {} });
vi.stubGlobal("document", { documentElement: {} });
const { addMonths } = await import("./format");

test("months end where the calendar does, as in the database", () => {
  expect(addMonths("2027-03-01", 12)).toBe("2028-03-01");
  expect(addMonths("2028-02-29", 12)).toBe("2029-02-28");
  expect(addMonths("2026-11-30", 3)).toBe("2027-02-28");
  expect(addMonths("2026-12-31", 1)).toBe("2027-01-31");
});
