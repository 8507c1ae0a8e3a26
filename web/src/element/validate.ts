/** Checks options as they come from a page, which may be plain JavaScript. */
import {
  type Check,
  InvalidOptions,
  anything,
  between,
  boolean,
  callback,
  either,
  list,
  missing,
  number,
  object,
  oneOf,
  record,
  string,
} from "./checks";
import { isStringKey } from "../locales/keys";
import { TOKEN_NAMES } from "../theme/token_names";
import type { ChatKitOptions } from "./options";

/** Texts by names that are known. */
function texts(isKnown: (name: string) => boolean, expected: string): Check {
  return (value, path) => {
    object({})(value, path);
    for (const [name, text] of Object.entries(value as object)) {
      const at = `${path}[${JSON.stringify(name)}]`;
      if (!isKnown(name)) throw new InvalidOptions(at, expected);
      string(text, at);
    }
  };
}

const scheme = oneOf("light", "dark", "system");

const customApi = object({
  url: string,
  "fetch?": callback,
  "domainKey?": string,
  "uploadStrategy?": either(
    '{type: "two_phase"} or {type: "direct", uploadUrl}',
    object({ type: oneOf("two_phase") }),
    object({ type: oneOf("direct"), uploadUrl: string }),
  ),
});
const hostedApi = object({ getClientSecret: callback, "url?": string, "domainKey?": missing });

const api: Check = (value, path) => {
  const given = (value ?? {}) as { getClientSecret?: unknown };
  (given.getClientSecret === undefined ? customApi : hostedApi)(value, path);
};

const theme = object({
  "colorScheme?": scheme,
  "typography?": object({
    "baseSize?": oneOf(14, 15, 16, 17, 18),
    "fontSources?": list(
      object({
        family: string,
        src: string,
        "weight?": either("a string or a number", string, number),
        "style?": oneOf("normal", "italic", "oblique"),
        "display?": oneOf("auto", "block", "swap", "fallback", "optional"),
        "unicodeRange?": string,
      }),
    ),
    "fontFamily?": string,
    "fontFamilyMono?": string,
  }),
  "radius?": oneOf("pill", "round", "soft", "sharp"),
  "density?": oneOf("compact", "normal", "spacious"),
  "color?": object({
    "grayscale?": object({
      hue: between(0, 360),
      tint: between(0, 9),
      "shade?": between(-4, 4),
    }),
    "accent?": object({ primary: string, level: oneOf(0, 1, 2, 3) }),
    "surface?": object({ background: string, foreground: string }),
  }),
  "tokens?": texts((name) => (TOKEN_NAMES as readonly string[]).includes(name), "a custom property of the theme"),
});

const content = list(
  either(
    "an input_text or an input_tag",
    object({ type: oneOf("input_text"), text: string }),
    object({ type: oneOf("input_tag"), id: string, text: string, "group?": string }),
  ),
);
const headerAction = object({ icon: string, "label?": string, onClick: callback });

const options = object({
  api,
  "locale?": string,
  "strings?": texts(isStringKey, "a key of the interface's strings"),
  "theme?": (value, path) => (typeof value === "string" ? scheme : theme)(value, path),
  "frameTitle?": string,
  "initialThread?": either("a thread's id or null", string, oneOf(null)),
  "onClientTool?": callback,
  "header?": object({
    "enabled?": boolean,
    "title?": object({ "enabled?": boolean, "text?": string }),
    "leftAction?": headerAction,
    "rightAction?": headerAction,
  }),
  "history?": object({ "enabled?": boolean, "showDelete?": boolean, "showRename?": boolean }),
  "startScreen?": object({
    "greeting?": string,
    "prompts?": list(
      object({
        label: string,
        prompt: (value, path) => (typeof value === "string" ? anything : content)(value, path),
        "icon?": string,
      }),
    ),
  }),
  "threadItemActions?": object({ "feedback?": boolean, "retry?": boolean }),
  "composer?": object({
    "placeholder?": string,
    "attachments?": object({
      enabled: boolean,
      "maxSize?": either("a number of bytes, or one for each MIME type", number, record(number)),
      "maxCount?": number,
      "accept?": record(list(string)),
    }),
    "tools?": list(
      object({
        id: string,
        label: string,
        icon: string,
        "shortLabel?": string,
        "placeholderOverride?": string,
        "pinned?": boolean,
        "persistent?": boolean,
      }),
    ),
    "models?": list(
      object({
        id: string,
        label: string,
        "description?": string,
        "disabled?": boolean,
        "default?": boolean,
      }),
    ),
    "dictation?": object({ enabled: boolean }),
  }),
  "disclaimer?": object({ text: string, "highContrast?": boolean }),
  "entities?": object({
    "onTagSearch?": callback,
    "showComposerMenu?": boolean,
    "onClick?": callback,
    "onRequestPreview?": callback,
  }),
  "commands?": object({ enabled: boolean, "onSearch?": callback, "onSelect?": callback }),
  "widgets?": object({ "onAction?": callback, "components?": record(callback) }),
  "thread?": object({ "autoScroll?": boolean }),
});

/** The options, unchanged. Throws: InvalidOptions with the path of the first bad value. */
export function validateOptions(value: unknown): ChatKitOptions {
  options(value, "");
  return value as ChatKitOptions;
}
