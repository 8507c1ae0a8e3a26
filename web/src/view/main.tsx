/** `chatkit-ui.js`: runs in the frame and shows the session that the element hands over. */
import { render } from "preact";
import type { FrameHost, FrameUI } from "../element/frame_host";
import { loadStrings } from "../locales/load";
import { applyTheme, installStyles } from "../theme/apply";
import { App } from "./app";

const ui: FrameUI = {
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
};

(window as Window & { ChatKitUI?: FrameUI }).ChatKitUI = ui;

// The page of `chatkit widget preview` has no element: it shows widgets alone.
if (document.documentElement.dataset["chatkit"] === "widget-preview") {
  void import("../playground/start").then(({ start }) => start(document));
}
