import { expect, test } from "vitest";
import { sumBy } from "./teamdays";

test("days add up over teams, and teams over days", () => {
  const days = [
    { day: "2027-03-01", area_id: "a", planned: 5, finished: 2, minutes: 60 },
    { day: "2027-03-01", area_id: "b", planned: 4, finished: 4, minutes: 50 },
    { day: "2027-03-02", area_id: "a", planned: 3, finished: 0, minutes: 40 },
  ];
  expect(sumBy(days, (one) => one.day)).toEqual([
    { label: "2027-03-01", planned: 9, finished: 6, minutes: 110 },
    { label: "2027-03-02", planned: 3, finished: 0, minutes: 40 },
  ]);
  expect(sumBy(days, (one) => one.area_id)[0]).toEqual({ label: "a", planned: 8, finished: 2, minutes: 100 });
});
