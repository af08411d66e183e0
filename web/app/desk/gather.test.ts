import { expect, test } from "vitest";
import type { Area, Progress } from "../api/client";
import { gather } from "./gather";

const area = (id: string, parent: string | null): Area => ({
  id, parent_id: parent, level: parent ? "grid" : "town", name: id, name_zh: null, dwellings: 0, bbox: [0, 0, 1, 1],
});
const grid = (id: string, finished: number, households: number): Progress => ({
  area_id: id, name: id, name_zh: null, finished, households, late: 1, minutes_left: 10,
});

test("areas above the grids show their sums, in the order of the tree", () => {
  const areas = [area("B 10", "B"), area("B 9", "B"), area("B", null), area("A", null), area("A 1", "A")];
  const rows = gather(areas, [grid("B 9", 1, 10), grid("B 10", 2, 20), grid("A 1", 3, 30)]);
  expect(rows.map((row) => [row.area.id, row.depth, row.finished, row.households, row.late])).toEqual([
    ["A", 0, 3, 30, 1],
    ["A 1", 1, 3, 30, 1],
    ["B", 0, 3, 30, 2],
    ["B 9", 1, 1, 10, 1],
    ["B 10", 1, 2, 20, 1],
  ]);
});

test("an area without a part in the round is not listed", () => {
  expect(gather([area("A", null), area("A 1", "A")], [])).toEqual([]);
});
