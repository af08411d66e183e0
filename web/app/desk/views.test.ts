import { expect, test } from "vitest";
import { viewOf } from "./views.svelte";

test("a saved view holds extent, layer and period, and nobody", () => {
  expect(viewOf("?view=plan&worker=w&date=2027-03-01&layer=late&at=1.5,42.5,12&part=3&release=r")).toBe("view=plan&layer=late&release=r&at=1.5%2C42.5%2C12");
});
