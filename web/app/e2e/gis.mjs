// Reads a GeoParquet or FlatGeobuf file as a browser would, and prints what is in it as
// JSON, with --rows a feature a line: for the Go tests of geo/gis and web/ogc.
// node gis.mjs [--rows] FILE [WEST SOUTH EAST NORTH]
import { openAsBlob } from "node:fs";
import { readFile } from "node:fs/promises";
import { geojson } from "flatgeobuf";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";

const rows = process.argv.includes("--rows");
const [path, ...bound] = process.argv.slice(2).filter((argument) => argument !== "--rows");
const features = [];
const answer = { type: "FeatureCollection", features };
if (path.endsWith(".parquet")) {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  answer.metadata = Object.fromEntries(metadata.key_value_metadata.map(({ key, value }) => [key, value]));
  answer.groups = metadata.row_groups.length;
  answer.codecs = [...new Set(metadata.row_groups.flatMap((group) => group.columns.map((column) => column.meta_data.codec)))];
  for (const { geometry, ...properties } of await parquetReadObjects({ file, compressors })) features.push({ type: "Feature", geometry, properties });
} else if (bound.length === 4) {
  // The index is read over ranges, as from a server.
  const [minX, minY, maxX, maxY] = bound.map(Number);
  console.debug = () => {}; // it says what it fetches
  const blob = await openAsBlob(path);
  globalThis.fetch = async (_, { headers }) => {
    const [from, to] = new Headers(headers).get("Range").slice("bytes=".length).split("-").map(Number);
    return new Response(blob.slice(from, to + 1), { status: 206 });
  };
  for await (const feature of geojson.deserialize("http://file", { rect: { minX, minY, maxX, maxY } })) features.push(feature);
} else {
  for await (const feature of geojson.deserialize(new Uint8Array(await readFile(path)))) features.push(feature);
}
const text = (value) => JSON.stringify(value, (_, part) => (typeof part === "bigint" ? Number(part) : part));
console.log(rows ? features.map(text).join("\n") : text(answer));
