/** Each prop of each widget component is seen in the page: with it, something is there that is not without it. */
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { covers } from "../checklist/covers";
import { type Chat, Site } from "./site";
import { type Look, look, show } from "./widget_page";
import { type Case, SUBJECTS, type Seen, type Subject, type Tree } from "./widget_props";

const LATE_MS = 5_000;

let site: Site;
let chat: Chat;
beforeAll(async () => {
  site = await Site.start();
  chat = await site.open();
});
afterAll(() => site.stop());

describe.each(Object.entries(SUBJECTS))("%s", (type, subject) => {
  const pictures = new Map<Case, readonly [without: Seen, with_: Seen]>();
  const together = subject.cases.filter((one) => !one.isAlone);

  beforeAll(async () => {
    const first = await sectionCount(chat);
    await show(chat, ...together.flatMap((one) => [rootOf(subject, one, false), rootOf(subject, one, true)]));
    const seen = await lookFor(
      together.flatMap((one, index) => [0, 1].map((side) => lookAt(subject, one, first + 2 * index + side))),
      together.flatMap((one) => [null, one.seen]),
    );
    together.forEach((one, index) => pictures.set(one, [seen[2 * index] ?? {}, seen[2 * index + 1] ?? {}]));
    for (const one of subject.cases.filter((one) => one.isAlone)) {
      const sides: Seen[] = [];
      for (const has of [false, true]) {
        await show(chat, rootOf(subject, one, has));
        sides.push(...(await lookFor([lookAt(subject, one, -1)], [has ? one.seen : null])));
      }
      pictures.set(one, [sides[0] ?? {}, sides[1] ?? {}]);
    }
  });

  it.each(subject.cases.map((one) => [one.prop, one] as const))("%s", (prop, one) => {
    covers(`widget:${type}`, `widget:${type}.${prop}`);
    const [without, withIt] = pictures.get(one) ?? [];
    expect(withIt).toEqual(plain(one.seen));
    for (const key of Object.keys(one.seen)) expect(without?.[key], `${key} without ${prop}`).not.toEqual(withIt?.[key]);
  });
});

/** Looks until all is there that is wanted: what comes late, as a part that is loaded, has its time. */
async function lookFor(looks: readonly Look[], wanted: readonly (Seen | null)[]): Promise<Seen[]> {
  let seen: Seen[] = [];
  const isThere = (one: Seen | null, index: number) => one === null || isDeepStrictEqual(seen[index], plain(one));
  const all = async () => {
    seen = await look(chat, looks);
    if (!wanted.every(isThere)) throw new Error("something is missing");
  };
  // What is missing then fails the test of its prop.
  await vi.waitFor(all, { timeout: LATE_MS, interval: 20 }).catch(() => undefined);
  return seen;
}

function rootOf(subject: Subject, { prop, value, instead, given, isInCard }: Case, has: boolean): Tree {
  const [name = prop] = prop.split(".");
  const chosen = has ? value : instead;
  const tree: Tree = { ...subject.base, ...given, ...(chosen !== undefined && { [name]: chosen }) };
  if (subject.isRoot) return tree;
  return { type: isInCard ? "Card" : "Basic", children: [(subject.within ?? ((inner) => inner))(tree)] };
}

function lookAt(subject: Subject, one: Case, section: number): Look {
  const own = one.isInCard ? ".ck-card-body > *" : ".ck-w-basic > *";
  return { section, at: one.at ?? subject.at ?? own, keys: Object.keys(one.seen) };
}

/** As a look tells it: properties of elements come as text. */
function plain(seen: Seen): Seen {
  return Object.fromEntries(Object.entries(seen).map(([key, value]) => [key, key.startsWith(".") ? String(value) : value]));
}

async function sectionCount(chat: Chat): Promise<number> {
  return chat.frame.locator(".ck-widget").count();
}
