import { chromium } from "playwright-core";
const [,, url, out, ...messages] = process.argv;
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1000, height: 760 }, reducedMotion: "reduce" });
page.on("console", (m) => { if (["error", "warning"].includes(m.type())) console.log("console", m.type(), m.text()); });
page.on("pageerror", (e) => console.log("pageerror", e.message));
page.on("requestfailed", (r) => console.log("failed", r.url(), r.failure()?.errorText));
const hosts = new Set(); page.on("request", (r) => hosts.add(new URL(r.url()).host));
await page.goto(url);
const frame = (await page.locator("openai-chatkit").count()) ? page.frameLocator("openai-chatkit iframe") : page;
const box = frame.getByRole("textbox", { name: "Message" });
try { await box.waitFor({ timeout: 15000 }); } catch (e) { console.log("no textbox", e.message.split("\n")[0]); }
await page.screenshot({ path: out.replace(".png", "_0.png") });
let n = 1;
for (const m of messages) {
  if (m.startsWith("click:")) { await frame.getByRole("button", { name: new RegExp(m.slice(6)) }).first().click(); }
  else { await box.fill(m); await box.press("Enter"); }
  await page.waitForTimeout(2500);
  await page.screenshot({ path: out.replace(".png", `_${n++}.png`) });
}
console.log("hosts", [...hosts].join(" "));
await browser.close();
