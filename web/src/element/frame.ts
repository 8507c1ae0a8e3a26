/**
 * The frame: a srcdoc iframe that shows the session and keeps no state of its own.
 *
 * Works under `script-src 'self'`, nonces, Trusted Types and from another origin; host styles stay
 * out. Moving the element in the page reloads the frame, which is then mounted anew.
 */
import { type FrameHost, type FrameUI, contract } from "./frame_host";
import { followKeyboard } from "./keyboard";

/** What this script's own element says of where the others are, and what lets them in. */
export interface ScriptSource {
  readonly url: string;
  readonly nonce: string;
  /** Where client secrets are good, if the page says so: `data-endpoint`. */
  readonly endpoint: string | null;
}

interface Policy {
  createScriptURL(url: string): string;
  createHTML(html: string): string;
}

declare global {
  interface Window {
    ChatKitUI?: FrameUI;
    trustedTypes?: { createPolicy(name: string, rules: Policy): Policy };
  }
}

const DOCUMENT = "<!doctype html><html><head><meta charset=utf-8></head><body></body></html>";

export class Frame {
  readonly iframe = document.createElement("iframe");
  private unmount: (() => void) | null = null;
  private release: (() => void) | null = null;

  constructor(
    private readonly host: FrameHost,
    private readonly source: ScriptSource,
    private readonly onMounted: () => void,
    private readonly onFailed: (error: Error) => void,
  ) {
    const { iframe } = this;
    iframe.allow = "clipboard-write; microphone";
    iframe.title = host.session.getState().options.frameTitle ?? "Chat";
    iframe.addEventListener("load", () => this.loadScript());
    iframe.srcdoc = policy().createHTML(DOCUMENT);
  }

  close(): void {
    this.unmount?.();
    this.unmount = null;
    this.release?.();
    this.iframe.remove();
  }

  private loadScript(): void {
    const page = this.iframe.contentDocument;
    if (!page) return;
    const script = page.createElement("script");
    if (this.source.nonce) script.nonce = this.source.nonce;
    script.type = "module";
    script.src = policy().createScriptURL(new URL("chatkit-ui.js", this.source.url).href);
    script.addEventListener("load", () => void this.mount());
    script.addEventListener("error", () => this.onFailed(new Error("chatkit-ui.js did not load")));
    page.head.append(script);
  }

  private async mount(): Promise<void> {
    const view = this.iframe.contentWindow as (Window & typeof globalThis) | null;
    if (!view?.ChatKitUI) return;
    this.unmount?.();
    if (view.ChatKitUI.contract !== contract) return this.refuse(view, view.ChatKitUI);
    const unmount = await view.ChatKitUI.mount(view.document, this.host);
    // Closed, or loaded anew, while it waited: that document is gone.
    if (this.iframe.contentWindow !== view) return unmount();
    this.unmount = unmount;
    this.release?.();
    this.release = followKeyboard(this.iframe);
    this.onMounted();
  }

  /** The page is older than its server, or something on the way kept an old script. */
  private refuse(view: Window, ui: FrameUI): void {
    ui.refuse(view.document, this.host.locale());
    this.onFailed(new Error("chatkit.js and chatkit-ui.js are of two versions: load the page anew"));
  }
}

let made: Policy | null = null;

/** One named Trusted Types policy, for the two sinks that are used; a page may allow it by name. */
function policy(): Policy {
  const rules: Policy = { createScriptURL: (url) => url, createHTML: (html) => html };
  made ??= window.trustedTypes?.createPolicy("chatkit", rules) ?? rules;
  return made;
}
