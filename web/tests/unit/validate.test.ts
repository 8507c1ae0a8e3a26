/** Options are checked as the closed component checks them: at once, with the path of the bad value. */
import { describe, expect, it } from "vitest";
import { InvalidOptions } from "../../src/element/checks";
import { validateOptions } from "../../src/element/validate";

const api = { url: "/chatkit" };
const noop = () => undefined;
const tool = { id: "t", label: "T", icon: "globe" };
const model = { id: "m", label: "M" };
const prompt = { label: "P", prompt: "p" };
const font = { family: "F", src: "/f.woff2" };
const action = { icon: "home", onClick: noop };

/** Where, good values, bad values, and the path that is named for a bad one when it is another. */
const OPTIONS: [path: string, good: unknown[], bad: unknown[], named?: string][] = [
  ["api.url", ["/chatkit"], [undefined, 1]],
  ["api.fetch", [noop], ["fetch"]],
  ["api.domainKey", ["key"], [1]],
  ["api.uploadStrategy", [{ type: "two_phase" }, { type: "direct", uploadUrl: "/up" }], [{ type: "direct" }, "direct"]],
  ["locale", ["de-DE"], [1]],
  ["strings", [{}, { "composer.send": "Go" }, { "attachment.tooMany#few": "{count}" }], ["Go"]],
  ["theme", ["light", "dark", "system", {}], ["blue", 1]],
  ["theme.colorScheme", ["light", "dark"], ["blue"]],
  ["theme.typography.baseSize", [14, 18], [13, "16"]],
  ["theme.typography.fontFamily", ["Inter"], [1]],
  ["theme.typography.fontFamilyMono", ["Mono"], [1]],
  ["theme.typography.fontSources", [[font], [{ ...font, weight: 400, style: "italic", display: "swap" }]], [font]],
  ["theme.typography.fontSources[0].src", ["/f"], [undefined]],
  ["theme.typography.fontSources[0].style", ["normal"], ["bent"]],
  ["theme.typography.fontSources[0].display", ["swap"], ["never"]],
  ["theme.radius", ["pill", "round", "soft", "sharp"], ["big"]],
  ["theme.density", ["compact", "normal", "spacious"], ["tight"]],
  ["theme.color.grayscale.hue", [0, 360], [361, "red"]],
  ["theme.color.grayscale.tint", [0, 9], [10]],
  ["theme.color.grayscale.shade", [-4, 4], [5]],
  ["theme.color.accent.primary", ["#f00"], [1]],
  ["theme.color.accent.level", [0, 3], [4]],
  ["theme.color.surface.background", ["#fff"], [undefined]],
  ["theme.color.surface.foreground", ["#000"], [1]],
  ["frameTitle", ["Chat"], [1]],
  ["initialThread", ["t", null], [1]],
  ["onClientTool", [noop], ["tool"]],
  ["header.enabled", [true, false], ["yes"]],
  ["header.title.enabled", [true], [1]],
  ["header.title.text", ["Title"], [1]],
  ["header.leftAction", [action], [noop]],
  ["header.leftAction.icon", ["home"], [undefined]],
  ["header.rightAction.onClick", [noop], [undefined, "go"]],
  ["history.enabled", [true], ["yes"]],
  ["history.showDelete", [true], ["yes"]],
  ["history.showRename", [true], ["yes"]],
  ["startScreen.greeting", ["Hi"], [1]],
  ["startScreen.prompts", [[prompt], [{ ...prompt, icon: "home", prompt: [{ type: "input_text", text: "x" }] }]], [prompt]],
  ["startScreen.prompts[0].label", ["P"], [undefined]],
  ["threadItemActions.feedback", [true], [1]],
  ["threadItemActions.retry", [true], [1]],
  ["composer.placeholder", ["Ask"], [1]],
  ["composer.attachments.enabled", [true], [undefined, "yes"]],
  ["composer.attachments.maxSize", [1, { "image/*": 1, "*": 2 }], ["1 MB"]],
  ["composer.attachments.maxCount", [1], ["1"]],
  ["composer.attachments.accept", [{ "image/*": [".png"] }], ["image/*", { "image/*": ".png" }]],
  ["composer.tools", [[tool], [{ ...tool, shortLabel: "t", placeholderOverride: "p", pinned: true, persistent: true }]], [tool]],
  ["composer.tools[0].id", ["t"], [undefined]],
  ["composer.tools[0].pinned", [true], ["yes"]],
  ["composer.models", [[model], [{ ...model, description: "d", disabled: true, default: true }]], [model]],
  ["composer.models[0].label", ["M"], [undefined]],
  ["composer.dictation.enabled", [true], ["yes"]],
  ["disclaimer.text", ["Mind"], [undefined]],
  ["disclaimer.highContrast", [true], ["yes"]],
  ["entities.onTagSearch", [noop], [[]]],
  ["entities.showComposerMenu", [true], [1]],
  ["entities.onClick", [noop], [1]],
  ["entities.onRequestPreview", [noop], [1]],
  ["commands.enabled", [true], ["yes"]],
  ["commands.onSearch", [noop], [1]],
  ["commands.onSelect", [noop], [1]],
  ["widgets.onAction", [noop], [1]],
  ["thread.autoScroll", [true, false], ["yes"]],
];

/** What must stand beside a value for the rest of the options to be right. */
const AROUND: Record<string, Record<string, unknown>> = {
  "theme.color.grayscale": { hue: 1, tint: 1 },
  "theme.color.accent": { primary: "#000", level: 1 },
  "theme.color.surface": { background: "#fff", foreground: "#000" },
  "theme.typography.fontSources[0]": font,
  "header.leftAction": action,
  "header.rightAction": action,
  "startScreen.prompts[0]": prompt,
  "composer.attachments": { enabled: true },
  "composer.tools[0]": tool,
  "composer.models[0]": model,
  disclaimer: { text: "x" },
  commands: { enabled: true },
  api,
};

function withValue(path: string, value: unknown): unknown {
  let made = value;
  let rest = path;
  while (rest !== "") {
    const match = /(?:^|\.)([A-Za-z]+)$|\[0\]$/.exec(rest);
    const name = match?.[1];
    rest = rest.slice(0, match?.index);
    made = name === undefined ? [made] : { ...AROUND[rest], [name]: made };
  }
  return { api, ...(made as object) };
}

describe.each(OPTIONS)("%s", (path, good, bad) => {
  it.each(good.map((value) => [value]))("takes %j", (value) => {
    expect(() => validateOptions(withValue(path, value))).not.toThrow();
  });

  it.each(bad.map((value) => [value]))("refuses %j by its path", (value) => {
    const refused = catchError(() => validateOptions(withValue(path, value)));
    expect(refused).toBeInstanceOf(InvalidOptions);
    expect(refused?.name).toBe("InvalidFrameParamsError");
    expect(refused?.path.startsWith(path)).toBe(true);
  });
});

describe("options as a whole", () => {
  it.each([[undefined], [null], [1], ["api"], [[]]])("%j are none", (value) => {
    expect(() => validateOptions(value)).toThrow(InvalidOptions);
  });

  it("need an api", () => {
    expect(catchError(() => validateOptions({}))?.path).toBe("api");
  });

  it("take a client secret instead of an address", () => {
    expect(() => validateOptions({ api: { getClientSecret: noop } })).not.toThrow();
    expect(catchError(() => validateOptions({ api: { getClientSecret: "x" } }))?.path).toBe("api.getClientSecret");
    expect(() => validateOptions({ api: { getClientSecret: noop, url: "/chatkit" } })).not.toThrow();
    expect(() => validateOptions({ api: { getClientSecret: undefined, url: "/chatkit" } })).not.toThrow();
    expect(catchError(() => validateOptions({ api: { getClientSecret: noop, domainKey: "key" } }))?.path).toBe("api.domainKey");
  });

  it("name a string that there is none of, and one that is no string", () => {
    expect(() => validateOptions({ api, strings: { "composer.sned": "Go" } })).toThrow("strings[\"composer.sned\"] must be a key of the interface's strings");
    expect(catchError(() => validateOptions({ api, strings: { "composer.send": 1 } }))?.path).toBe('strings["composer.send"]');
    expect(catchError(() => validateOptions({ api, strings: { "composer.send#few": "Go" } }))?.path).toBe('strings["composer.send#few"]');
  });

  it("may hold what a later version knows", () => {
    expect(() => validateOptions({ api, sparkles: true })).not.toThrow();
  });
});

function catchError(act: () => unknown): InvalidOptions | null {
  try {
    act();
    return null;
  } catch (error) {
    return error as InvalidOptions;
  }
}
