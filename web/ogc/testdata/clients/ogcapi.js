// Reads every collection with @ogcapi-js/features: prints its name and its number of features.
import features from "@ogcapi-js/features";

const [root, token] = process.argv.slice(2);
const plain = globalThis.fetch;
const signed = (url, options = {}) => plain(url, { ...options, headers: { ...options.headers, Authorization: `Bearer ${token}` } });
globalThis.fetch = signed;

const service = new features.FeatureService({ baseUrl: root });
const { collections } = await service.getCollections();
for (const { id } of collections) {
  const seen = new Set();
  let page = await service.getFeatures(id, { limit: 500 });
  for (;;) {
    for (const feature of page.features) seen.add(feature.id);
    const next = page.links.find((link) => link.rel === "next");
    if (!next) break;
    page = await (await signed(next.href)).json();
  }
  console.log(id, seen.size);
}
const { properties } = await service.getQueryables("households");
if (!properties.doors) throw new Error("no queryables");
const found = await service.getFeatures("households", { filter: "doors = 2", limit: 1 });
if (found.numberMatched === undefined) throw new Error("no numberMatched");
