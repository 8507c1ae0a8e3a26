/**
 * Measures the page in Chromium: sizes, opening and scrolling a long thread, a long answer.
 * With names of texts behind it only those, and on the screen alone.
 */
import { type Chat, Site } from "../tests/browser/site";
import { Meter, median } from "./chromium";
import { writeReport } from "./report";
import { FIRST_PAINT, chunks, zippedBytes } from "./sizes";
import * as texts from "./texts";

const ITEMS = 1000;
const WORDS = 20_000;
const LAST_WORDS = 1_600;
const MARK = "slower-from-here";
const MEASURED_MS = 4_000;
const WORDS_PER_SECOND = 200;
const RUNS = 3;
/** A frame that comes so long after the one before has missed its time: one is due every 16.7 ms. */
const LATE_MS = 25;
const TEXTS = ["mixed", "list", "table", "code"] as const;

const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
const ms = (time: number) => `${time.toFixed(time < 10 ? 2 : 0)} ms`;

const figures: (readonly [what: string, figure: string])[] = [];

function sayLine(what: string, figure: string): void {
  figures.push([what.trim(), figure]);
  process.stdout.write(`  ${what.padEnd(58)}${figure.padStart(12)}\n`);
}

function saySizes(): void {
  const first = FIRST_PAINT.map(zippedBytes);
  sayLine(`first paint, script, gzip (${FIRST_PAINT.join(" + ")})`, kilobytes(first.reduce((a, b) => a + b, 0)));
  for (const [name, bytes] of chunks()) if (bytes > 1000) sayLine(`  later: ${name}`, kilobytes(bytes));
}

async function measureOpening(site: Site): Promise<void> {
  const { ids } = await site.control<{ ids: string[] }>("seed", { items: ITEMS });
  const opened: { script: number; all: number }[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const chat = await site.open();
    const meter = await Meter.of(chat.page);
    const work = await meter.measure(async () => {
      await chat.call("setThreadId", ids[0]);
      await chat.text(`Question ${ITEMS - 2}`).waitFor();
      await settled(chat);
    });
    opened.push({ script: work.ScriptDuration, all: work.TaskDuration });
    if (run === RUNS - 1) await measureScrolling(chat, meter);
    await site.closePages();
  }
  sayLine(`open a thread of ${ITEMS} items: script`, ms(median(opened.map(({ script }) => script))));
  sayLine(`open a thread of ${ITEMS} items: all work of the page`, ms(median(opened.map(({ all }) => all))));
}

/** Scrolls up to the first item and down again, a screen's third for each frame. */
async function measureScrolling(chat: Chat, meter: Meter): Promise<void> {
  for (const [way, step] of [["up, with what pages in", -240], ["down again", 240]] as const) {
    let frames: number[] = [];
    const work = await meter.measure(async () => {
      frames = await scroll(chat, step);
    });
    const late = frames.filter((time) => time > LATE_MS).length;
    sayLine(`scroll all of it ${way}: frames, later than ${LATE_MS} ms`, `${frames.length}, ${late}`);
    sayLine(`scroll all of it ${way}: script for each frame`, ms(work.ScriptDuration / frames.length));
  }
}

async function scroll(chat: Chat, step: number): Promise<number[]> {
  return chat.log.evaluate(
    (view, step) =>
      new Promise<number[]>((resolve) => {
        const times: number[] = [];
        let before = performance.now();
        let still = 0;
        const next = (now: number) => {
          times.push(now - before);
          before = now;
          const { scrollTop } = view;
          view.scrollTop += step;
          still = view.scrollTop === scrollTop ? still + 1 : 0;
          if (still > 30) resolve(times.slice(1, -30));
          else requestAnimationFrame(next);
        };
        requestAnimationFrame(next);
      }),
    step,
  );
}

async function measureAnswer(site: Site, kind: (typeof TEXTS)[number]): Promise<void> {
  const { text, quick } = withMark(texts[kind](WORDS));
  await site.control("script", { text, quick_words: quick, word_seconds: 1 / WORDS_PER_SECOND });
  const chat = await site.open({ options: { thread: { autoScroll: true } } });
  await chat.send("script");
  const answer = chat.frame.getByRole("article", { name: "Assistant said" });
  await answer.getByText(MARK).waitFor({ timeout: 120_000 });
  const meter = await Meter.of(chat.page);
  const count = await answer.evaluateHandle((element) => {
    const seen = { updates: 0 };
    new MutationObserver(() => (seen.updates += 1)).observe(element, { subtree: true, childList: true, characterData: true });
    return seen;
  });
  const seen = await watchFrames(chat);
  const work = await meter.measure(() => chat.page.waitForTimeout(MEASURED_MS));
  const { frames, late, long } = await seen.jsonValue();
  const updates = Math.max(1, (await count.jsonValue()).updates);
  const what = `${WORDS} words at ${WORDS_PER_SECOND}/s, ${kind}: `;
  sayLine(`${what}script for each of ${updates} updates at the end`, ms(work.ScriptDuration / updates));
  sayLine(`${what}style and layout for each`, ms((work.LayoutDuration + work.RecalcStyleDuration) / updates));
  sayLine(`${what}frames, dropped; tasks over 50 ms`, `${frames}, ${late}; ${long}`);
  await site.closePages();
}

/** Counts the frames from now on, those that come too late, and what blocks the page. */
async function watchFrames(chat: Chat) {
  return chat.log.evaluateHandle((_, latest) => {
    const seen = { frames: 0, late: 0, long: 0 };
    let before = performance.now();
    const next = (now: number) => {
      seen.frames += 1;
      if (now - before > latest) seen.late += 1;
      before = now;
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
    new PerformanceObserver((list) => (seen.long += list.getEntries().length)).observe({ type: "longtask" });
    return seen;
  }, LATE_MS);
}

/** The text with a mark where its last words begin, and how many words come before it. */
function withMark(text: string): { text: string; quick: number } {
  const words = text.match(/\s*\S+/g) ?? [];
  const quick = words.length - LAST_WORDS;
  return { text: [...words.slice(0, quick), ` ${MARK}`, ...words.slice(quick)].join(""), quick };
}

async function settled(chat: Chat): Promise<void> {
  await chat.log.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
}

const only = process.argv.slice(2).filter((word): word is (typeof TEXTS)[number] => (TEXTS as readonly string[]).includes(word));
saySizes();
const site = await Site.start(1 / WORDS_PER_SECOND);
try {
  if (only.length === 0) await measureOpening(site);
  for (const kind of only.length ? only : TEXTS) await measureAnswer(site, kind);
  if (only.length === 0) writeReport(site.browser.version(), figures);
} finally {
  await site.stop();
}
