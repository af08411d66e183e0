import { expect, test } from "vitest";
import type { Area, Progress } from "../api/client";
import { fold, gather } from "./gather";

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

test("in a large tree the way to the chosen area is open, with what lies beside it", () => {
  const areas = [area("C", null), area("T1", "C"), area("T2", "C"), ...["V1", "V2"].map((id) => area(id, "T1")), area("V3", "T2"),
    ...["G1", "G2"].map((id) => area(id, "V1")), area("G3", "V2"), area("G4", "V3")];
  const rows = gather(areas, ["G1", "G2", "G3", "G4"].map((id) => grid(id, 0, 1)));
  const names = (chosen: string | null, most: number) => fold(rows, chosen, most).map((row) => row.area.id);
  expect(names(null, 10)).toHaveLength(10);
  expect(names(null, 5)).toEqual(["C", "T1", "T2"]);
  expect(names("T1", 5)).toEqual(["C", "T1", "V1", "V2", "T2"]);
  expect(names("G1", 5)).toEqual(["C", "T1", "V1", "G1", "G2", "V2", "T2"]);
  expect(names("G4", 2)).toEqual(["C", "T1", "T2", "V3", "G4"]);
  expect(names("gone", 2)).toEqual(["C", "T1"]);
});
