import { expect, test } from "vitest";
import lists from "../../../geo/lists.json";
import { boxes, partOf, readCode, readLine } from "./paper";

test("the boxes are the outcomes of the closed list, in its order", () => {
  expect(boxes).toEqual(lists.outcomes.map((term) => term.code));
});

test("a line is letters and the number of a box", () => {
  expect(readLine("1")).toEqual({ outcome: "done", card: false, part: null });
  expect(readLine("ce2")).toEqual({ outcome: "not_home", card: true, part: "evening" });
  expect(readLine("M6")).toEqual({ outcome: "gone", card: false, part: "morning" });
  for (const wrong of ["", "0", "7", "12", "1c", "x1", "mc1"]) expect(readLine(wrong), wrong).toBeNull();
});

test("a code is of a sheet or of a stop on it", () => {
  expect(readCode("yt8n-b6jw")).toEqual({ sheet: "YT8NB6JW", seq: null });
  expect(readCode(" YT8NB6JW-12 ")).toEqual({ sheet: "YT8NB6JW", seq: 12 });
  for (const wrong of ["", "YT8N", "YT8NB6JW-", "https://example.org"]) expect(readCode(wrong), wrong).toBeNull();
});

test("the parts of the day meet at noon and at five", () => {
  expect(["11:59:59", "12:00:00", "16:59:00", "17:00:00"].map(partOf)).toEqual(["morning", "afternoon", "afternoon", "evening"]);
});
