/** Puts styles and theme into the frame: adopted sheets and custom properties, no markup. */
import type { FrameHost } from "../element/frame_host";
import type { ChatKitOptions, ThemeOption } from "../element/options";
import { isRightToLeft } from "../locales/strings";
import { tokensFor } from "./tokens";
import adaptive from "./adaptive.css?inline";
import base from "./base.css?inline";
import composer from "./composer.css?inline";
import conversation from "./conversation.css?inline";
import history from "./history.css?inline";
import menus from "./menus.css?inline";
import widgets from "./widgets.css?inline";

const STYLES = [base, conversation, composer, menus, history, widgets, adaptive].join("\n");

export function installStyles(page: Document): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLES);
  page.adoptedStyleSheets = [...page.adoptedStyleSheets, sheet];
}

/** Follows the options and the system's colour scheme; the returned function ends it. */
export function applyTheme(page: Document, host: FrameHost): () => void {
  const view = page.defaultView ?? window;
  const dark = view.matchMedia("(prefers-color-scheme: dark)");
  let shown: ChatKitOptions | null = null;
  const apply = (force = false) => {
    const { options } = host.session.getState();
    if (options === shown && !force) return;
    shown = options;
    const theme = themeOf(options);
    const scheme = theme.colorScheme === "system" ? (dark.matches ? "dark" : "light") : (theme.colorScheme ?? "light");
    const root = page.documentElement;
    root.dataset["scheme"] = scheme;
    page.title = options.frameTitle ?? "Chat";
    root.lang = host.locale();
    root.dir = isRightToLeft(host.locale()) ? "rtl" : "ltr";
    for (const [name, value] of Object.entries(tokensFor(theme, scheme))) root.style.setProperty(name, value);
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

function themeOf(options: ChatKitOptions): ThemeOption {
  return typeof options.theme === "string" ? { colorScheme: options.theme } : (options.theme ?? {});
}
