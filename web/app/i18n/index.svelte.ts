// Words in two languages, typed by the English file. A message is a string with
// {places}, or one string for each plural form.
import en from "./en.json";
import zh from "./zh-Hans.json";

export type Language = "en" | "zh-Hans";
export type Key = keyof typeof en;
type Message = string | { one: string; other: string };
type Values = Record<string, string | number>;

const messages: Record<Language, Record<Key, Message>> = { en, "zh-Hans": zh };

let current = $state<Language>(initial());
document.documentElement.lang = current;

function initial(): Language {
  const kept = localStorage.getItem("language");
  if (kept === "en" || kept === "zh-Hans") return kept;
  return navigator.language.startsWith("zh") ? "zh-Hans" : "en";
}

export function language(): Language {
  return current;
}

export function setLanguage(next: Language) {
  current = next;
  localStorage.setItem("language", next);
  document.documentElement.lang = next;
}

/** The words of a key; n chooses the plural form. */
export function t(key: Key, values: Values = {}): string {
  const message = messages[current][key];
  const text =
    typeof message === "string"
      ? message
      : new Intl.PluralRules(current).select(Number(values["n"] ?? 0)) === "one"
        ? message.one
        : message.other;
  return text.replace(/\{(\w+)\}/g, (_, name: string) => shown(values[name]));
}

function shown(value: string | number | undefined): string {
  return typeof value === "number" ? new Intl.NumberFormat(current).format(value) : (value ?? "");
}

/** A name in the reader's language where there is one. */
export function named(thing: { name: string; name_zh?: string | null }): string {
  return current === "zh-Hans" ? thing.name_zh || thing.name : thing.name;
}
