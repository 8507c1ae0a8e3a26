/** Focus for what comes into the composer's place, where nobody is elsewhere. */

/**
 * Focuses the element if what had the focus is gone: the page, and whoever works elsewhere in the
 * chat, keep theirs. On a touch screen nothing happens: the keyboard would cover what one came to read.
 */
export function takeFreeFocus(element: { focus(): void } | null | undefined): void {
  const isFree = document.hasFocus() && document.activeElement === document.body;
  if (isFree && window.matchMedia("(hover: hover)").matches) element?.focus();
}
