import { expect, laptop, phone, test } from "./driver";

/** A table of places beside one of the register, with an id of this test's own. */
function table(at: { lon: number; lat: number }, key: string, doors: string): string {
  return `Gebäude;Straße;Hausnummer;X;Y;Wohnungen;Telefon\n${key};Carrer de la Prova;1;${at.lon};${at.lat};${doors};1\n`;
}

test("journey: a file of households comes in at the desk and is taken back", async ({ visit }) => {
  test.slow(); // a file is looked through until it lies where nobody lives
  const supervisor = await visit("supervisor", "/desk?view=imports", { viewport: laptop });
  const { page } = supervisor;
  await expect(page.getByRole("button", { name: "Choose a file" })).toBeVisible();
  await supervisor.seesNoBarriers();
  const at = await page.evaluate(async () => {
    const places = (await (await fetch("/api/v1/incidents?limit=1")).json()) as { items: { lon: number; lat: number }[] };
    return { lon: places.items[0]!.lon + 0.0002, lat: places.items[0]!.lat + 0.0002 };
  });
  const key = `PROVA-${Math.random().toString(36).slice(2, 10)}`;
  const choose = (content: string) => page.getByLabel("File", { exact: true }).locator("input").setInputFiles({ name: "cases.csv", mimeType: "text/csv", buffer: Buffer.from(content) });

  // A wrong row: nothing comes in, and a copy says what to do.
  await choose(table(at, key, "many"));
  await page.getByRole("combobox", { name: "Gebäude" }).selectOption("id");
  await expect(page.getByText("Dropped, never read: Telefon")).toBeVisible();
  await supervisor.seesNoBarriers();
  await supervisor.tap("Look through the file");
  await expect(page.getByRole("list", { name: "wrong" }).getByText("Doors: is no whole number from 1 to 2000")).toBeVisible();
  await expect(page.getByRole("link", { name: "Copy to mend (CSV)" })).toBeVisible();
  await supervisor.seesNoBarriers();
  await supervisor.tap("Remove the file");

  // Where nobody lives within 10 m: what has no address there might be the same place.
  const found = page.getByRole("group", { name: "What an import would do" });
  const fresh = found.getByRole("button", { name: "1 new" });
  for (let step = 0; step < 8; step++) {
    await choose(table({ lon: at.lon + step * 0.0003, lat: at.lat }, key, "3"));
    await page.getByRole("combobox", { name: "Gebäude" }).selectOption("id");
    await supervisor.tap("Look through the file");
    await expect(found).toBeVisible();
    if (await fresh.isVisible()) break;
    await supervisor.tap("Remove the file");
    await expect(found).toBeHidden();
  }
  await fresh.click();
  await expect(page.getByRole("list", { name: "new" }).getByText(key)).toBeVisible();
  await supervisor.seesNoBarriers();
  await supervisor.tap("Import");
  await expect(page.getByText("Imported. 1 new, 0 changed")).toBeVisible();
  await supervisor.tap("Take back");
  await page.getByRole("dialog").getByRole("button", { name: "Take back" }).click();
  await expect(page.getByText("Removed: 1. As before: 0.")).toBeVisible();
  await supervisor.seesNoBarriers();

  const small = await visit("supervisor", "/desk?view=imports", { viewport: phone, language: "zh-Hans", look: "dark" });
  await expect(small.page.getByRole("list", { name: "文件与导入记录" }).getByText("已撤销").first()).toBeVisible();
  await small.seesNoBarriers();
});

test("journey: an old ledger comes in at the desk, its words are said, and it is taken back", async ({ visit }) => {
  const supervisor = await visit("supervisor", "/desk?view=imports", { viewport: laptop });
  const { page } = supervisor;
  const { town, today } = await page.evaluate(async () => {
    const areas = (await (await fetch("/api/v1/areas?limit=500")).json()) as { items: { name: string; level: string }[] };
    const { today } = (await (await fetch("/api/v1/session")).json()) as { today: string };
    return { town: areas.items.find((area) => area.level === "town")!.name, today };
  });
  const ago = (days: number) => new Date(Date.parse(today) - days * 24 * 3600_000).toISOString().slice(0, 10);
  const number = `OLD-${Math.random().toString(36).slice(2, 10)}`;
  const word = `Pothole ${number}`;
  const file = `Case No;What;District;Received on;Closed on;Person\n${number};${word};${town};${ago(40)};${ago(20)};Somebody\n`;
  await page.getByRole("radio", { name: "An old ledger of cases" }).check();
  await page.getByLabel("File", { exact: true }).locator("input").setInputFiles({ name: "ledger.csv", mimeType: "text/csv", buffer: Buffer.from(file) });
  await page.getByRole("combobox", { name: "What", exact: true }).selectOption({ label: "Matter" });
  await page.getByRole("combobox", { name: word }).selectOption({ label: "Road damage" });
  await expect(page.getByRole("row", { name: new RegExp(number) })).toContainText("Road damage");
  await supervisor.seesNoBarriers();
  await supervisor.tap("Look through the file");
  await expect(page.getByText("1 cases are new, 0 are here already.")).toBeVisible();
  await supervisor.tap("Import");
  await expect(page.getByText("Imported. 1 new, 0 changed")).toBeVisible();
  await supervisor.tap("Take back");
  await page.getByRole("dialog").getByRole("button", { name: "Take back" }).click();
  await expect(page.getByText("Cases taken away: 1.")).toBeVisible();
  await supervisor.seesNoBarriers();
});

test("journey: hazards and areas come in at the desk out of messy files", async ({ visit }) => {
  const supervisor = await visit("supervisor", "/desk?view=imports", { viewport: laptop });
  const { page } = supervisor;
  const { at, town, today } = await page.evaluate(async () => {
    const places = (await (await fetch("/api/v1/incidents?limit=1")).json()) as { items: { lon: number; lat: number }[] };
    const areas = (await (await fetch("/api/v1/areas?limit=500")).json()) as { items: { level: string; bbox: number[] }[] };
    const { today } = (await (await fetch("/api/v1/session")).json()) as { today: string };
    return { at: places.items[0]!, town: areas.items.find((area) => area.level === "town")!, today };
  });
  const choose = (name: string, content: string) => page.getByLabel("File", { exact: true }).locator("input").setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(content) });
  const mine = Math.random().toString(36).slice(2, 10);

  // A hazard of a month ago, with a word of its own, a day in Chinese and a column about somebody.
  const [year, month, day] = new Date(Date.parse(today) - 30 * 24 * 3600_000).toISOString().slice(0, 10).split("-").map(Number);
  await page.getByRole("radio", { name: "Hazards and service requests" }).check();
  await choose("ledger.csv", `序号;类别;经度;纬度;发现时间;联系人\nH-${mine};松动${mine};${at.lon};${at.lat};${year}年${month}月${day}日;Somebody\n`);
  await expect(page.getByText("Dropped, never read: 联系人")).toBeVisible();
  await page.getByRole("combobox", { name: `松动${mine}` }).selectOption({ label: "Road damage" });
  await expect(page.getByRole("cell", { name: "Road damage" })).toBeVisible();
  await supervisor.seesNoBarriers();
  await supervisor.tap("Look through the file");
  await expect(page.getByRole("list", { name: "new" }).getByText("Road damage")).toBeVisible();
  await supervisor.seesNoBarriers();
  await supervisor.tap("Import");
  await expect(page.getByText("Imported. 1 new, 0 changed")).toBeVisible();
  await supervisor.tap("Take back");
  await page.getByRole("dialog").getByRole("button", { name: "Take back" }).click();
  await expect(page.getByText("Matters taken away: 1.")).toBeVisible();

  // An area whose parent nobody knows: it is drawn, and told by row what is wrong.
  const [west, south, east, north] = town.bbox as [number, number, number, number];
  const shape = { type: "Polygon", coordinates: [[[west, south], [east, south], [east, north], [west, north], [west, south]]] };
  await page.locator(".back").click();
  await page.getByRole("radio", { name: "Areas and grids" }).check();
  await choose("areas.geojson", JSON.stringify({ type: "FeatureCollection", features: [{ type: "Feature", geometry: shape, properties: { id: `a-${mine}`, name: `Prova ${mine}`, level: "village", parent: "nowhere" } }] }));
  await expect(page.getByRole("cell", { name: `Prova ${mine}` })).toBeVisible();
  await supervisor.tap("Look through the file");
  await expect(page.getByText("Id of the area above: is neither in the file nor here; bring it too")).toBeVisible();
  await supervisor.seesNoBarriers();
  await supervisor.tap("Remove the file");
});
