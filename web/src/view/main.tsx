/** `chatkit-ui.js`: runs in the frame and shows the session that the element hands over. */
import { render } from "preact";
import type { FrameHost, FrameUI } from "../element/frame_host";
import { applyTheme, installStyles } from "../theme/apply";
import { App } from "./app";

const ui: FrameUI = {
  mount(page: Document, host: FrameHost) {
    installStyles(page);
    const release = applyTheme(page, host);
    const root = page.body.appendChild(page.createElement("div"));
    root.id = "chatkit";
    render(<App host={host} />, root);
    return () => {
      release();
      render(null, root);
      root.remove();
    };
  },
};

(window as Window & { ChatKitUI?: FrameUI }).ChatKitUI = ui;
