import { expect, test } from "./driver";

// The driver fails every test in which a page breaks the policy; here it is shown to
// notice, and the policy to hold.
test("what a page must not do is noticed and does not happen", async ({ visit }) => {
  const visitor = await visit(null, "/");
  await visitor.page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.injected = true";
    document.body.append(script);
    const link = document.createElement("p");
    link.setAttribute("style", "color: red");
    document.body.append(link);
    const image = new Image();
    image.src = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";
  });
  await expect.poll(() => visitor.offences.join("\n")).toMatch(/breaks script-src-elem: inline[^]*breaks img-src: data/);
  expect(await visitor.page.evaluate(() => "injected" in window)).toBe(false);
  visitor.offences.length = 0;
});

test("a page of ours is shown in no frame", async ({ visit, baseURL }) => {
  const visitor = await visit(null, "/healthz");
  const framed = await visitor.page.evaluate(async (address) => {
    const frame = document.createElement("iframe");
    frame.src = address;
    document.body.append(frame);
    await new Promise((resolve) => frame.addEventListener("load", resolve));
    return frame.contentDocument?.querySelector("form") !== null && frame.contentDocument !== null;
  }, baseURL!);
  expect(framed).toBe(false);
  visitor.offences.length = 0;
});
