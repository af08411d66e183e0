import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import en from "./en.json";
import zh from "./zh-Hans.json";

const places = (message: unknown) => [...JSON.stringify(message).matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

test("both languages have the same words with the same places in them", () => {
  expect(Object.keys(zh)).toEqual(Object.keys(en));
  for (const key of Object.keys(en) as (keyof typeof en)[]) {
    expect(new Set(places(zh[key])), key).toEqual(new Set(places(en[key])));
  }
});

test("every word is used", () => {
  const root = join(import.meta.dirname, "..");
  // The server sets these.
  const page = ["../sheet", "../agreement", "../export"].flatMap((from) => readdirSync(join(root, from), { encoding: "utf8" }).filter((file) => file.endsWith(".go")).map((file) => join(from, file)));
  const source = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.(ts|svelte)$/.test(file) && !/node_modules|dist|schema\.d\.ts/.test(file))
    .concat(page)
    .map((file) => readFileSync(join(root, file), "utf8"))
    .join("\n");
  const made = [...source.matchAll(/`([a-z]+(?:_[a-z]+)*_)\$\{/g)].map((match) => match[1]!);
  const unused = Object.keys(en).filter((key) => !source.includes(`"${key}"`) && !made.some((start) => key.startsWith(start)));
  expect(unused).toEqual([]);
});

test("every class of the retention list has a name", () => {
  const list = readFileSync(join(import.meta.dirname, "../../../geo/register/retention/classes.go"), "utf8");
  const classes = [...list.matchAll(/^\t\{"(\w+)", "[^"]*", "(\w+)"\}/gm)];
  expect(classes.length).toBeGreaterThan(10);
  for (const [, name, action] of classes) expect(Object.keys(en)).toEqual(expect.arrayContaining([`class_${name}`, `action_${action}`]));
});
