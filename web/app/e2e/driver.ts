// Tests speak of people and what they do; this file knows the screen.
import { expect, request, test as base, type BrowserContext, type Page } from "@playwright/test";
import AxeBuilder from "@axe-core/playwright";
import { session, workers, type Person } from "./people";

export const phone = { width: 390, height: 844 };
export const laptop = { width: 1440, height: 900 };

export interface Setting {
  language?: "en" | "zh-Hans";
  look?: "auto" | "light" | "dark" | "sun";
  viewport?: { width: number; height: number };
}

export class Visitor {
  /** What the page did that it must not: other hosts, broken rules, errors. */
  readonly offences: string[] = [];

  constructor(
    readonly page: Page,
    readonly context: BrowserContext,
  ) {}

  /** Runs an action and gives the taps that it took. */
  async taps(action: () => Promise<void>): Promise<number> {
    const count = () => this.page.evaluate(() => (window as unknown as { taps: number }).taps);
    const before = await count();
    await action();
    return (await count()) - before;
  }

  /** No barrier by all rules of axe, or by those named. */
  async seesNoBarriers(...rules: string[]) {
    const axe = new AxeBuilder({ page: this.page });
    const found = await (rules.length ? axe.withRules(rules) : axe).analyze();
    expect(found.violations.map((v) => `${v.id}: ${v.nodes.map((node) => node.html).join(" | ").slice(0, 300)}`)).toEqual([]);
  }

  tap(name: string | RegExp) {
    return this.page.getByRole("button", { name, exact: typeof name === "string" }).click();
  }
}

/** The worker with most doors left today: who walks how far is the plan's, and other tests visit too. */
async function busiest(baseURL: string): Promise<Person> {
  const left = async (person: Person) => {
    const context = await request.newContext({ baseURL, storageState: session(person) });
    const answer = await context.get("/api/v1/day");
    const stops: { state: string }[] = answer.ok() ? (await answer.json()).stops : [];
    await context.dispose();
    return { person, n: stops.filter((stop) => stop.state === "open").length };
  };
  const walkers = await Promise.all(workers.map(left));
  return walkers.reduce((most, one) => (one.n > most.n ? one : most)).person;
}

type Fixtures = { visit: (person: Person | "a worker" | null, path: string, setting?: Setting) => Promise<Visitor> };

export const test = base.extend<Fixtures>({
  visit: async ({ browser, baseURL }, use) => {
    const visitors: Visitor[] = [];
    await use(async (asked, path, setting = {}) => {
      const person = asked === "a worker" ? await busiest(baseURL!) : asked;
      const context = await browser.newContext({
        ...(person ? { storageState: session(person) } : {}),
        baseURL,
        viewport: setting.viewport ?? laptop,
        timezoneId: "Europe/Andorra",
        reducedMotion: "reduce",
      });
      await context.addInitScript(
        ({ language, look }) => {
          localStorage.setItem("language", language);
          localStorage.setItem("look", look);
          (window as unknown as { taps: number }).taps = 0;
          addEventListener("pointerdown", () => (window as unknown as { taps: number }).taps++, true);
        },
        { language: setting.language ?? "en", look: setting.look ?? "light" },
      );
      const page = await context.newPage();
      const visitor = new Visitor(page, context);
      await watch(visitor, baseURL!);
      visitors.push(visitor);
      await page.goto(path);
      return visitor;
    });
    for (const visitor of visitors) {
      expect(visitor.offences).toEqual([]);
      await visitor.context.close();
    }
  },
});

async function watch(visitor: Visitor, baseURL: string) {
  await visitor.context.exposeFunction("offend", (offence: string) => visitor.offences.push(offence));
  await visitor.context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      (window as unknown as { offend: (offence: string) => void }).offend(
        `breaks ${event.effectiveDirective}: ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`,
      );
    });
  });
  visitor.page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(baseURL) && !/^(blob|data):/.test(url)) visitor.offences.push(`asks another host: ${url}`);
  });
  visitor.page.on("pageerror", (error) => visitor.offences.push(`error: ${error.message}`));
  visitor.page.on("console", (message) => {
    if (/Content Security Policy/i.test(message.text())) visitor.offences.push(message.text());
  });
}

export { expect };
