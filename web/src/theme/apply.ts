/** Puts styles and theme into the frame: adopted sheets and custom properties, no markup. */
import type { FrameHost } from "../element/frame_host";
import type { ChatKitOptions, ThemeOption } from "../element/options";
import { isRightToLeft } from "../locales/tags";
import adaptive from "./adaptive.css?inline";
import base from "./base.css?inline";
import composer from "./composer.css?inline";
import conversation from "./conversation.css?inline";
import { Fonts } from "./fonts";
import history from "./history.css?inline";
import menus from "./menus.css?inline";
import { tokensFor } from "./tokens";

const STYLES = [base, conversation, composer, menus, history].join("\n");

export function installStyles(page: Document): void {
  page.adoptedStyleSheets = [...page.adoptedStyleSheets, sheetOf(STYLES), sheetOf(adaptive)];
}

/** More styles, for a part that is loaded later; what adapts to screens and people stays the last. */
export function addStyles(page: Document, styles: string): void {
  const sheets = page.adoptedStyleSheets;
  page.adoptedStyleSheets = [...sheets.slice(0, -1), sheetOf(styles), ...sheets.slice(-1)];
}

function sheetOf(styles: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  return sheet;
}

/** Sets the custom properties that the styles are written with. */
export function showTokens(page: Document, tokens: Readonly<Record<string, string>>, scheme: "light" | "dark"): void {
  const root = page.documentElement;
  root.dataset["scheme"] = scheme;
  for (const [name, value] of Object.entries(tokens)) root.style.setProperty(name, value);
}

/** Follows the options and the system's colour scheme; the returned function ends it. */
export function applyTheme(page: Document, host: FrameHost): () => void {
  const view = page.defaultView ?? window;
  const dark = view.matchMedia("(prefers-color-scheme: dark)");
  const fonts = new Fonts(page, (family) => host.session.log("theme.font_failed", { family }));
  let shown: ChatKitOptions | null = null;
  let given: string[] = [];
  const apply = (force = false) => {
    const { options } = host.session.getState();
    if (options === shown && !force) return;
    shown = options;
    const theme = readably(themeOf(options), page);
    const scheme = theme.colorScheme === "system" ? (dark.matches ? "dark" : "light") : (theme.colorScheme ?? "light");
    const root = page.documentElement;
    root.lang = host.locale();
    root.dir = isRightToLeft(host.locale()) ? "rtl" : "ltr";
    const tokens = tokensFor(theme, scheme);
    for (const name of given) if (!(name in tokens)) root.style.removeProperty(name);
    showTokens(page, tokens, scheme);
    given = Object.keys(tokens);
    fonts.show(theme.typography?.fontSources ?? []);
  };
  const follow = () => apply(true);
  apply();
  dark.addEventListener("change", follow);
  const unsubscribe = host.session.subscribe(() => apply());
  return () => {
    dark.removeEventListener("change", follow);
    unsubscribe();
  };
}

/** The theme's colours for a part that is shown in a scheme of its own. */
export function schemeTokens(options: ChatKitOptions, scheme: "light" | "dark", page: Document): Record<string, string> {
  return tokensFor(readably(themeOf(options), page), scheme);
}

function themeOf(options: ChatKitOptions): ThemeOption {
  return typeof options.theme === "string" ? { colorScheme: options.theme } : (options.theme ?? {});
}

/** Colours in hex or `rgb()`, however the page wrote them: names and `hsl()` are the browser's to read. */
function readably(theme: ThemeOption, page: Document): ThemeOption {
  const { color } = theme;
  if (!color) return theme;
  const pen = page.createElement("canvas").getContext("2d");
  const read = (text: string) => {
    if (!pen) return text;
    pen.fillStyle = text;
    return pen.fillStyle;
  };
  return {
    ...theme,
    color: {
      ...color,
      ...(color.accent && { accent: { ...color.accent, primary: read(color.accent.primary) } }),
      ...(color.surface && { surface: { background: read(color.surface.background), foreground: read(color.surface.foreground) } }),
    },
  };
}
