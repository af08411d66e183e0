import { beforeEach, expect, test, vi } from "vitest";

// The service worker as it is built, with nothing around it but what is here.
const url = "http://localhost/tiles/basemap/16/1/2.mvt";
const days = 24 * 3600 * 1000;
const heard: Record<string, (event: object) => void> = {};
const map = new Map<string, Response>();
const cache = { put: async (key: string, answer: Response) => void map.set(key, answer), addAll: async () => {} };
const asked = vi.fn<(request: Request, setting: RequestInit) => Promise<Response>>();
vi.stubGlobal("__FILES__", []);
vi.stubGlobal("location", { origin: "http://localhost" });
vi.stubGlobal("addEventListener", (name: string, hear: (event: object) => void) => (heard[name] = hear));
vi.stubGlobal("fetch", asked);
vi.stubGlobal("caches", { match: async (key: string) => map.get(key)?.clone(), has: async () => true, open: async () => cache });
// @ts-expect-error -- plain JavaScript, and no module
await import("./sw.js");

const tile = (): Promise<Response> => new Promise((resolve) => heard["fetch"]!({ request: new Request(url), respondWith: resolve }));
const lies = (age: number) => map.set(url, new Response("kept", { headers: { ETag: '"a"', Date: new Date(Date.now() - age).toUTCString() } }));
const from = (answer: Response) => Date.now() - Date.parse(answer.headers.get("Date")!);

beforeEach(() => {
  map.clear();
  asked.mockReset();
});

test("a tile is fetched once, and asked for by its tag a week later: the same is not fetched again", async () => {
  asked.mockResolvedValueOnce(new Response("new"));
  expect(await (await tile()).text()).toBe("new");
  lies(6 * days);
  expect(await (await tile()).text()).toBe("kept");
  expect(asked).toHaveBeenCalledOnce();
  lies(8 * days);
  asked.mockResolvedValueOnce(new Response(null, { status: 304 }));
  expect(await (await tile()).text()).toBe("kept");
  expect(asked.mock.lastCall![1]).toEqual({ headers: { "If-None-Match": '"a"' } });
  expect(from(map.get(url)!)).toBeLessThan(days);
  expect(map.get(url)!.headers.get("ETag")).toBe('"a"');
});

test("a tile that has changed takes the place of the old one, which stays while nobody answers", async () => {
  lies(8 * days);
  asked.mockRejectedValueOnce(new TypeError("no connection"));
  expect(await (await tile()).text()).toBe("kept");
  asked.mockResolvedValueOnce(new Response("changed"));
  expect(await (await tile()).text()).toBe("changed");
  expect(await map.get(url)!.text()).toBe("changed");
});
