// Answers to what people ask about matters. They ship with the release, and an installation
// adds the law and the procedures of its own below them; a phone keeps them, so that they
// are there without a connection.
import { api, ask, type Schemas, type Term } from "../api/client";
import { list } from "../api/lists.svelte";
import { language } from "../i18n/index.svelte";
import type { OutboxStore } from "../offline/store";

export type Answer = Schemas["Answer"];

export async function loadGuide(keep?: Pick<OutboxStore, "fact" | "setFact">): Promise<Answer[]> {
  try {
    const { items } = await ask(api.GET("/api/v1/guide"));
    await keep?.setFact("guide", items);
    return items;
  } catch (error) {
    const kept = await keep?.fact<Answer[]>("guide");
    if (kept) return kept;
    throw error;
  }
}

/** The answer of a matter, or else that of its kind. */
export function answerOf(answers: Answer[], code: string): Answer | undefined {
  const kind = list("matters").find((term) => term.code === code)?.kind;
  return answers.find((answer) => answer.code === code) ?? answers.find((answer) => answer.code === kind);
}

export const inLanguage = (answer: Answer) => (language() === "zh-Hans" ? answer.zh : answer.en);

/** Matters whose name, or whose answer, has all the words. */
export function found(answers: Answer[], typed: string): Term[] {
  const words = typed.trim().toLowerCase().split(/\s+/);
  const has = (text: string) => words.every((word) => text.includes(word));
  const matters = list("matters").filter((term) => !term.hidden);
  const named = matters.filter((term) => has(`${term.en} ${term.zh}`.toLowerCase()));
  const own = (term: Term) => answers.find((answer) => answer.code === term.code);
  return [...named, ...matters.filter((term) => !named.includes(term) && has(`${own(term)?.en ?? ""} ${own(term)?.zh ?? ""}`.toLowerCase()))];
}

export type Block = { kind: "title" | "heading" | "paragraph"; text: string } | { kind: "list"; items: string[] };

/** The Markdown that answers are written in: two headings, paragraphs and lists. */
export function blocks(markdown: string): Block[] {
  return markdown.split(/\n\n+/).map((block) => {
    if (block.startsWith("## ")) return { kind: "heading", text: block.slice(3) };
    if (block.startsWith("# ")) return { kind: "title", text: block.slice(2) };
    if (block.startsWith("- ")) return { kind: "list", items: block.split("\n").map((line) => line.slice(2)) };
    return { kind: "paragraph", text: block };
  });
}
