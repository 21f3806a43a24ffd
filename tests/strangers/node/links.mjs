// Somebody who received a mailing opens its unsubscribe link: on a telephone and at a
// desk, in Swedish and in English, without JavaScript, with the keyboard alone, and
// with what screen readers are told. Nothing is asked of any other host.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import { chromium } from "playwright-core";

const told = JSON.parse(readFileSync(process.env.STRANGERS, "utf8"));
const pictures = process.argv[2];
const CONTROLLER = "tandgruppen-goteborg";

/** What is asked and answered as JSON. */
async function ask(path, body, token) {
  const answer = await fetch(`${told.url}${path}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  assert.equal(answer.status, 200, `${path}: ${answer.status}`);
  return answer.json();
}

const granted = await fetch(`${told.url}/oauth2/token`, {
  method: "POST",
  body: new URLSearchParams({ grant_type: "client_credentials", ...told.clients.crm }),
});
const { access_token: token } = await granted.json();

/** A link in a mailing to this address, as the mailing tool gets it. */
async function link(email) {
  const body = { controller: CONTROLLER, channel: "email", recipients: [{ key: "1", email }] };
  const { links } = await ask("/v1/unsubscribe-links", body, token);
  return links[0];
}

async function decisions(email) {
  const body = { controller: CONTROLLER, channels: ["email", "post"], person: { emails: [email] } };
  return (await ask("/v1/lookups", body, token)).decisions;
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

const PHONE = { width: 320, height: 640 };
const DESK = { width: 1280, height: 900 };
const WORDS = {
  "sv-SE": {
    lang: "sv", heading: /^Slipp reklam från/, group: "Vad vill du slippa?", channel: "Reklam via e-post",
    all: "All direktreklam", confirm: "Bekräfta", done: /^Klart\./, more: "Ja, slipp all direktreklam",
  },
  "en-GB": {
    lang: "en", heading: /^Stop marketing from/, group: "What do you want to stop?", channel: "Marketing by e-mail",
    all: "All direct marketing", confirm: "Confirm", done: /^Done\./, more: "Yes, stop all direct marketing",
  },
};

const trouble = [];
/** A page in a browser of its own, watched. */
async function open(options) {
  const context = await browser.newContext({ viewport: PHONE, javaScriptEnabled: false, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on("console", (message) => {
    // Chromium says so of every answer that is an error; those are looked at by status.
    const answered = message.text().includes("the server responded with a status of 4");
    if (["error", "warning"].includes(message.type()) && !answered) trouble.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => trouble.push(`page: ${error.message}`));
  page.on("requestfailed", (request) => trouble.push(`failed: ${request.url()}`));
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== told.url) trouble.push(`a request left the origin: ${request.url()}`);
    if (request.headers().referer) trouble.push("a request says where it came from");
  });
  return { context, page };
}

let taken = 0;
async function picture(page, name) {
  taken += 1;
  await page.screenshot({ path: join(pictures, `${String(taken).padStart(2, "0")}-${name}.png`), fullPage: true });
}

/** What of the page axe finds wrong: WCAG 2.2 A and AA, and best practice. */
async function isAccessible(page, name) {
  await page.evaluate(axe.source);
  const { violations, passes } = await page.evaluate(() => globalThis.axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  }));
  const found = violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target).join(", ")}`);
  assert.deepEqual(found, [], name);
  assert.ok(passes.some((one) => one.id === "color-contrast"), `${name}: contrast was not looked at`);
}

/** Nothing sticks out to the side, and what can be pressed is large enough for a thumb. */
async function fits(page, name) {
  const { width, scroll } = await page.evaluate(() => ({
    width: document.documentElement.clientWidth,
    scroll: document.documentElement.scrollWidth,
  }));
  assert.ok(scroll <= width, `${name}: ${scroll} wide on ${width}`);
  for (const target of await page.locator(".choice, button").all()) {
    const { height } = await target.boundingBox();
    assert.ok(height >= 44, `${name}: a target of ${height}`);
  }
}

try {
  for (const [locale, words] of Object.entries(WORDS)) {
    // A thumb, without JavaScript, on the narrowest telephone.
    const thumb = `tumme.${words.lang}@exempel.example`;
    const { url, list_unsubscribe, list_unsubscribe_post } = await link(thumb);
    assert.equal(list_unsubscribe, `<${url}>`);
    const { context, page } = await open({ locale, hasTouch: true, isMobile: true });
    const seen = await page.goto(url);
    assert.equal(seen.status(), 200);
    assert.equal(await page.locator("html").getAttribute("lang"), words.lang);
    await page.getByRole("heading", { level: 1, name: words.heading }).waitFor();
    // What a screen reader is told: a group with a name, two choices in it, a button.
    const group = page.getByRole("group", { name: words.group });
    assert.equal(await group.getByRole("radio").count(), 2);
    assert.ok(await group.getByRole("radio", { name: words.channel, exact: true }).isChecked());
    for (const name of [words.channel, words.all]) {
      const more = await group.getByRole("radio", { name, exact: true }).getAttribute("aria-describedby");
      assert.ok((await page.locator(`#${more}`).innerText()).length > 20, "a choice is explained");
    }
    assert.ok(!(await page.content()).includes(thumb), "the address is not shown in full");
    await fits(page, `${locale}, narrow`);
    await picture(page, `${words.lang}-phone`);
    await page.getByRole("button", { name: words.confirm }).tap();
    await page.getByRole("heading", { level: 1, name: words.done }).waitFor();
    await fits(page, `${locale}, done`);
    await picture(page, `${words.lang}-phone-done`);
    assert.deepEqual(await decisions(thumb), { email: "blocked", post: "clear" });
    // The explanation of a choice is part of what can be pressed (its label lies over it).
    await page.goto(url);
    await page.locator("#all-more").tap({ force: true });
    assert.ok(await page.getByRole("radio", { name: words.all, exact: true }).isChecked());
    await page.goto(url);
    await page.getByRole("button", { name: words.confirm }).tap();
    await page.getByRole("button", { name: words.more }).tap();
    await page.getByText(words.all, { exact: true }).waitFor();
    assert.deepEqual(await decisions(thumb), { email: "blocked", post: "blocked" });
    assert.deepEqual(await context.cookies(), [], "no cookie");
    await context.close();

    // The keyboard alone, at a desk.
    const keys = `tangent.${words.lang}@exempel.example`;
    const desk = await open({ locale, viewport: DESK });
    await desk.page.goto((await link(keys)).url);
    await desk.page.keyboard.press("Tab");
    assert.equal(await desk.page.evaluate(() => document.activeElement?.id), "channel");
    await desk.page.keyboard.press("ArrowDown");
    assert.ok(await desk.page.getByRole("radio", { name: words.all, exact: true }).isChecked());
    await picture(desk.page, `${words.lang}-desk-focus`);
    await desk.page.keyboard.press("Tab");
    assert.equal(await desk.page.evaluate(() => document.activeElement?.tagName), "BUTTON");
    await picture(desk.page, `${words.lang}-desk`);
    await desk.page.keyboard.press("Enter");
    await desk.page.getByRole("heading", { level: 1, name: words.done }).waitFor();
    await picture(desk.page, `${words.lang}-desk-done`);
    assert.deepEqual(await decisions(keys), { email: "blocked", post: "blocked" });
    await desk.context.close();

    // Every page there is, in the light and in the dark, through axe.
    for (const colorScheme of ["light", "dark"]) {
      const { context: looked, page: look } = await open({ locale, colorScheme, javaScriptEnabled: true, viewport: { width: 390, height: 844 } });
      const each = `${words.lang}-${colorScheme}`;
      const { url: own } = await link(`axe.${each}@exempel.example`);
      await look.goto(own);
      await isAccessible(look, `${each}, choice`);
      await picture(look, `${each}`);
      await look.evaluate(() => document.querySelectorAll("input").forEach((input) => input.remove()));
      await look.getByRole("button", { name: words.confirm }).click();
      await look.getByRole("alert").waitFor();
      await isAccessible(look, `${each}, wrong`);
      await picture(look, `${each}-wrong`);
      await look.getByRole("button", { name: words.confirm }).click();
      await look.getByRole("heading", { level: 1, name: words.done }).waitFor();
      await isAccessible(look, `${each}, done`);
      await picture(look, `${each}-done`);
      const cut = await look.goto(own.slice(0, -9));
      assert.equal(cut.status(), 404);
      await isAccessible(look, `${each}, cut`);
      await picture(look, `${each}-cut`);
      await looked.close();
    }
  }
  assert.deepEqual(trouble, []);
  console.log("unsubscribed by thumb and by keyboard, in two languages; nothing for axe to find");
} catch (error) {
  console.error(trouble.join("\n"));
  throw error;
} finally {
  await browser.close();
}
