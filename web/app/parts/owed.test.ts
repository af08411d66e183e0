import { expect, test } from "vitest";
import { owedClasses, owes, type KeyArea } from "./owed";

const area = (figures: Partial<KeyArea>) => ({ to_visit: null, late: null, open: null, overdue: null, support: null, reported: null, ...figures }) as KeyArea;

test("an area owes what was asked for", () => {
  expect(owes(area({ overdue: 2, late: 3 }), "late")).toBe(5);
  expect(owes(area({ open: 4 }), "open")).toBe(4);
  expect(owes(area({ reported: { count: 15, shown: 1, of: 2, most: false } }), "open")).toBe(15);
  expect(owes(area({}), "to_visit")).toBe(0);
});

test("classes reach up to the most, and are as many as there are numbers", () => {
  expect(owedClasses([area({ to_visit: 100 })], "to_visit")).toEqual([1, 20, 40, 60, 80]);
  expect(owedClasses([area({ to_visit: 2 })], "to_visit")).toEqual([1, 2]);
  expect(owedClasses([], "late")).toEqual([1]);
});
