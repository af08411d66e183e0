import { expect, test, vi } from "vitest";

vi.stubGlobal("localStorage", { getItem: () => "en", setItem: () => {} });
vi.stubGlobal("document", { documentElement: {} });
const { addMonths, longDay } = await import("./format");

test("months end where the calendar does, as in the database", () => {
  expect(addMonths("2027-03-01", 12)).toBe("2028-03-01");
  expect(addMonths("2028-02-29", 12)).toBe("2029-02-28");
  expect(addMonths("2026-11-30", 3)).toBe("2027-02-28");
  expect(addMonths("2026-12-31", 1)).toBe("2027-01-31");
});

test("a day is the same day west of Greenwich", () => {
  vi.stubEnv("TZ", "America/Lima");
  expect(longDay("2026-12-01")).toBe("Dec 1, 2026");
  expect(longDay("2026-12-01T03:00:00Z")).toBe("Nov 30, 2026"); // a moment is of the place
  vi.unstubAllEnvs();
});
