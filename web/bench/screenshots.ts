/**
 * Takes pictures of each state: `npm run screenshots` those of the documentation, docs/images/web-*.webp;
 * `npm run screenshots -- FOLDER [STATE…]` all of them, narrow, middling and wide, light and dark, as PNG.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { Site } from "../tests/browser/site";
import { STATES, type State } from "./states";

const DOCS = fileURLToPath(new URL("../../docs/images/", import.meta.url));
const SCHEMES = ["light", "dark"] as const;
const SIZES = [{ width: 320, height: 640 }, { width: 768, height: 640 }, { width: 1440, height: 900 }] as const;
const [NARROW, MIDDLING] = SIZES;
const QUALITY = 80;
/** Colours of code, formulas and what floats in come a little later. */
const SETTLED_MS = 400;

type Scheme = (typeof SCHEMES)[number];
type Size = (typeof SIZES)[number];

async function take(state: State, scheme: Scheme, viewport: Size, keep: (page: Page) => Promise<unknown>): Promise<void> {
  const chat = await site.open({ ...state.host, options: { ...state.host?.options, theme: scheme }, viewport });
  try {
    await state.show(chat, site);
    await chat.page.waitForTimeout(SETTLED_MS);
    await keep(chat.page);
  } finally {
    await site.control("turnstile", { do: "free" });
    await site.closePages();
  }
}

async function keepWebp(page: Page, name: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: QUALITY });
  writeFileSync(`${DOCS}web-${name}.webp`, Buffer.from(data, "base64"));
}

async function takeAll(folder: string, only: readonly string[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const state of STATES.filter(({ name }) => only.length === 0 || only.includes(name))) {
    for (const scheme of SCHEMES) {
      for (const size of SIZES) {
        await take(state, scheme, size, (page) => page.screenshot({ path: `${folder}/${state.name}-${scheme}-${size.width}.png` }));
      }
    }
  }
}

/** Each state once in light and once narrow in the dark. */
async function takeForDocs(): Promise<void> {
  mkdirSync(DOCS, { recursive: true });
  for (const state of STATES) {
    await take(state, "light", MIDDLING, (page) => keepWebp(page, state.name));
    await take(state, "dark", NARROW, (page) => keepWebp(page, `${state.name}-dark`));
  }
}

const [folder, ...only] = process.argv.slice(2);
const site = await Site.start(0);
try {
  await (folder === undefined ? takeForDocs() : takeAll(folder, only));
} finally {
  await site.stop();
}
