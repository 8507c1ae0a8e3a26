/**
 * Focus for what comes into the composer's place, where nobody is elsewhere. On a touch screen nothing
 * happens: the keyboard would cover what one came to read.
 */

interface Focusable {
  focus(): void;
}

/** Focuses the element if what had the focus is gone: the page, and whoever works elsewhere in the chat, keep theirs. */
export function takeFreeFocus(element: Focusable | null | undefined): void {
  if (document.hasFocus() && document.activeElement === document.body) takeFocus(element);
}

/** Focuses the element in the place of a control that was used and goes away. */
export function takeFocus(element: Focusable | null | undefined): void {
  if (window.matchMedia("(hover: hover)").matches) element?.focus();
}
