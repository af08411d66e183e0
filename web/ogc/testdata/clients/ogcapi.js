// Reads every collection with @ogcapi-js/features: prints its name and its number of features;
// of one that is named, every feature, one a line.
import features from "@ogcapi-js/features";

const [root, token, only] = process.argv.slice(2);
const plain = globalThis.fetch;
const signed = (url, options = {}) => plain(url, { ...options, headers: { ...options.headers, Authorization: `Bearer ${token}` } });
globalThis.fetch = signed;

const service = new features.FeatureService({ baseUrl: root });

/** The features of a collection, page by page. */
async function* pages(id, limit) {
  let page = await service.getFeatures(id, { limit });
  for (;;) {
    yield page.features;
    const next = page.links.find((link) => link.rel === "next");
    if (!next) return;
    page = await (await signed(next.href)).json();
  }
}

if (only) {
  for await (const features of pages(only, 10000)) process.stdout.write(features.map((feature) => JSON.stringify(feature) + "\n").join(""));
} else {
  const { collections } = await service.getCollections();
  for (const { id } of collections) {
    const seen = new Set();
    for await (const features of pages(id, 500)) for (const feature of features) seen.add(feature.id);
    console.log(id, seen.size);
  }
  const { properties } = await service.getQueryables("households");
  if (!properties.doors) throw new Error("no queryables");
  const found = await service.getFeatures("households", { filter: "doors = 2", limit: 1 });
  if (found.numberMatched === undefined) throw new Error("no numberMatched");
}
