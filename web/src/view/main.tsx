/** `chatkit-ui.js`: runs in the frame and shows the session that the element hands over. */
import { render } from "preact";
import { type FrameHost, type FrameUI, contract } from "../element/frame_host";
import { loadStrings } from "../locales/load";
import { translator } from "../locales/strings";
import { applyTheme, installStyles, showTokens } from "../theme/apply";
import { tokensFor } from "../theme/tokens";
import { App } from "./app";
import { LoadAnew } from "./missing_parts";
import { TranslateContext } from "./translate";

const ui: FrameUI = {
  contract,
  async mount(page: Document, host: FrameHost) {
    installStyles(page);
    const release = applyTheme(page, host);
    const locale = host.locale();
    const strings = await loadStrings(locale).catch(() => {
      host.session.log("locale.failed", { locale });
      return {};
    });
    const root = page.body.appendChild(page.createElement("div"));
    root.id = "chatkit";
    render(<App host={host} first={{ locale, strings }} />, root);
    return () => {
      release();
      render(null, root);
      root.remove();
    };
  },
  refuse(page: Document, locale: string) {
    installStyles(page);
    showTokens(page, tokensFor({}, "light"), "light");
    page.documentElement.lang = locale;
    loadStrings(locale).catch(() => ({})).then((strings) => {
      const translate = translator(strings, locale);
      render(<TranslateContext.Provider value={translate}><LoadAnew /></TranslateContext.Provider>, page.body);
    }, () => undefined);
  },
};

(window as Window & { ChatKitUI?: FrameUI }).ChatKitUI = ui;

// The page of `chatkit widget preview` has no element: it shows widgets alone.
if (document.documentElement.dataset["chatkit"] === "widget-preview") {
  void import("../playground/start").then(({ start }) => start(document));
}
