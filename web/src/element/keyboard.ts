/** The on-screen keyboard: what it covers of the frame is left free, so that the composer stays in view. */

/** Smaller differences are bars of the browser that come and go. */
const LEAST_PX = 60;
/** What of the frame stays, however small the screen. */
const MOST_SHARE = 0.75;

/**
 * Sets `--ck-covered` in the frame's document, in pixels from its lower edge. Only the page that is
 * on top is told of the keyboard: in a frame of somebody else's page there is nothing to follow.
 */
export function followKeyboard(iframe: HTMLIFrameElement): () => void {
  const screen = window.visualViewport;
  const page = iframe.contentDocument;
  if (!screen || !page) return () => undefined;
  const follow = () => page.documentElement.style.setProperty("--ck-covered", `${covered(iframe, screen)}px`);
  const abort = new AbortController();
  const { signal } = abort;
  screen.addEventListener("resize", follow, { signal });
  screen.addEventListener("scroll", follow, { signal });
  page.addEventListener("focusin", follow, { signal });
  page.addEventListener("focusout", follow, { signal });
  return () => abort.abort();
}

function covered(iframe: HTMLIFrameElement, screen: VisualViewport): number {
  // Who has zoomed in looks at a part, and chose which.
  const isZoomed = Math.abs(screen.scale - 1) > 0.01;
  const isWriting = iframe.contentDocument?.hasFocus() === true;
  if (isZoomed || !isWriting) return 0;
  const { bottom, height } = iframe.getBoundingClientRect();
  const hidden = Math.round(bottom - (screen.offsetTop + screen.height));
  return hidden < LEAST_PX ? 0 : Math.min(hidden, Math.round(height * MOST_SHARE));
}
