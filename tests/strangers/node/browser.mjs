// A person opens /docs in a browser, logs in with Authorize, and tries two
// operations out. Nothing is asked of any other host, and the page's own content
// security policy is kept.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const told = JSON.parse(readFileSync(process.env.STRANGERS, "utf8"));
const pictures = process.argv[2];
const profile = mkdtempSync(join(tmpdir(), "nejtack-browser-"));
const context = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  viewport: { width: 1280, height: 1000 },
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
const page = context.pages()[0] ?? (await context.newPage());
page.setDefaultTimeout(20_000);

const trouble = [];
page.on("console", (message) => {
  if (["error", "warning"].includes(message.type())) trouble.push(`console: ${message.text()}`);
});
page.on("pageerror", (error) => trouble.push(`page: ${error.message}`));
page.on("requestfailed", (request) => trouble.push(`failed: ${request.url()}`));
page.on("request", (request) => {
  const url = new URL(request.url());
  if (!["data:", "blob:"].includes(url.protocol) && url.origin !== told.url) {
    trouble.push(`a request left the origin: ${request.url()}`);
  }
});
await page.addInitScript(() => {
  document.addEventListener("securitypolicyviolation", (event) => {
    console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`);
  });
});

/** Takes a picture, named in the order in which they were taken. */
let taken = 0;
async function picture(name, options = {}) {
  taken += 1;
  await page.screenshot({ path: join(pictures, `${taken}-${name}.png`), ...options });
}

/** Logs in as this client with Swagger UI's own dialogue. */
async function authorize({ client_id, client_secret }) {
  await page.locator(".scheme-container button.authorize").click();
  const dialogue = page.locator(".dialog-ux .modal-ux");
  const scheme = dialogue.locator(".auth-container").filter({ hasText: "clientCredentials" });
  const logout = scheme.locator("button", { hasText: "Logout" });
  if (await logout.count()) await logout.click();
  await scheme.locator("input[type=text]").first().fill(client_id);
  await scheme.locator("input[type=password]").fill(client_secret);
  await picture(`authorize-${client_id}`);
  await scheme.locator("button[type=submit]", { hasText: "Authorize" }).click();
  await logout.waitFor();
  await dialogue.locator("button.btn-done, button.close-modal").first().click();
}

/** Opens an operation, sends its example as it is, and gives the answer. */
async function tryOut(method, path) {
  const block = page.locator(`.opblock-${method}`).filter({
    has: page.locator(`.opblock-summary-path[data-path="${path}"]`),
  });
  await block.locator(".opblock-summary").first().click();
  const tryIt = block.locator("button", { hasText: "Try it out" });
  if (await tryIt.count()) await tryIt.click();
  const answered = page.waitForResponse((response) => response.url().endsWith(path));
  await block.locator("button", { hasText: "Execute" }).click();
  const response = await answered;
  await block.locator(".live-responses-table").waitFor();
  await block.scrollIntoViewIfNeeded();
  await picture(`${method}${path.replaceAll("/", "-")}`);
  const body = await response.json();
  await block.locator(".opblock-summary").first().click();
  return { status: response.status(), body };
}

try {
  await page.goto(`${told.url}/docs`);
  await page.locator("#swagger-ui .info .title").waitFor();
  await page.locator(".opblock").first().waitFor();
  await picture("docs");
  await picture("docs-whole", { fullPage: true });

  await authorize(told.clients.sparrtjanst);
  const recorded = await tryOut("post", "/v1/objections");
  assert.equal(recorded.status, 201, JSON.stringify(recorded.body));

  await authorize(told.clients.crm);
  const asked = await tryOut("post", "/v1/lookups");
  assert.equal(asked.status, 200, JSON.stringify(asked.body));
  assert.equal(asked.body.decisions.email, "blocked");

  await page.goto(`${told.url}/problems/`);
  await picture("problems");
  assert.deepEqual(trouble, []);
  console.log("authorized, recorded and blocked by hand; nothing left the origin");
} catch (error) {
  await picture("trouble").catch(() => {});
  console.error(trouble.join("\n"));
  throw error;
} finally {
  await context.close();
  rmSync(profile, { recursive: true, force: true });
}
