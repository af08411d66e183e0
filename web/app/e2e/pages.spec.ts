import { expect, laptop, phone, test, type Visitor } from "./driver";
import type { Person } from "./people";

// Every page in both languages and both looks: no barrier for assistive technology.
const pages: { name: string; person: Person | null; path: string; viewport: { width: number; height: number }; ready: string }[] = [
  { name: "sign-in", person: null, path: "/", viewport: phone, ready: "form" },
  { name: "walk", person: "w01", path: "/walk", viewport: phone, ready: "#stops" },
  { name: "overview", person: "supervisor", path: "/desk", viewport: laptop, ready: ".areas" },
  { name: "plan", person: "supervisor", path: "/desk?view=plan", viewport: laptop, ready: "#fairness" },
  { name: "reports", person: "supervisor", path: "/desk?view=reports", viewport: laptop, ready: ".kind" },
  { name: "requests of residents", person: "officer", path: "/desk", viewport: laptop, ready: ".officer form" },
  { name: "audit log", person: "officer", path: "/desk#reads", viewport: laptop, ready: ".officer tbody tr" },
  { name: "clocks", person: "officer", path: "/desk#clocks", viewport: phone, ready: ".officer tbody tr" },
  { name: "support wanted", person: "mediator", path: "/desk?view=support", viewport: phone, ready: ".support .place" },
  { name: "matters of a case handler", person: "mediator", path: "/desk?view=reports", viewport: laptop, ready: ".kind" },
  { name: "team", person: "supervisor", path: "/desk?view=team", viewport: laptop, ready: "#workers" },
  { name: "emergency openings", person: "officer", path: "/desk#openings", viewport: phone, ready: ".officer [role=status], .officer tbody tr" },
  { name: "backups", person: "officer", path: "/desk#backups", viewport: laptop, ready: ".last" },
  { name: "account", person: "w01", path: "/account", viewport: phone, ready: "#devices" },
  { name: "account of an administrator", person: "admin", path: "/account", viewport: laptop, ready: "#devices" },
  { name: "a dead link", person: null, path: "/join#nothing", viewport: phone, ready: ".error:not(:empty)" },
  { name: "accounts", person: "admin", path: "/desk", viewport: laptop, ready: "li.account" },
  { name: "about", person: null, path: "/about", viewport: phone, ready: "#schema" },
];
for (const { name, person, path, viewport, ready } of pages) {
  test(`${name} has no barriers in any language and look`, async ({ visit }) => {
    test.slow(); // two maps, one of them drawn in two looks
    // A language has other words in the same colours, a look other colours of the same words.
    const english = await visit(person, path, { look: "auto", viewport });
    await sees(english, "light", ready);
    await english.seesNoBarriers();
    await english.page.emulateMedia({ colorScheme: "dark" });
    await sees(english, "dark", ready);
    await english.seesNoBarriers("color-contrast");
    const chinese = await visit(person, path, { language: "zh-Hans", look: "auto", viewport });
    await sees(chinese, "light", ready);
    await chinese.seesNoBarriers();
  });
}

async function sees({ page }: Visitor, look: string, ready: string) {
  await expect(page.locator(`html[data-theme=${look}]`)).toBeAttached();
  await expect(page.locator(ready).first()).toBeVisible();
}

test("the map is drawn, with its attribution", async ({ visit }) => {
  const supervisor = await visit("supervisor", "/desk");
  await expect(supervisor.page.getByText("© OpenStreetMap contributors").first()).toBeVisible();
  await expect(supervisor.page.locator(".map [data-ready=true], .map[data-ready=true]").first()).toBeVisible();
});

test("a wrong password is said in words", async ({ visit }) => {
  const visitor = await visit(null, "/");
  await visitor.page.getByLabel("Login").fill("nobody");
  await visitor.page.getByLabel("Password").fill("nothing");
  await visitor.tap("Sign in");
  await expect(visitor.page.getByRole("alert")).toHaveText("Login or password is not right.");
});
