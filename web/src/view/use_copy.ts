/** What the buttons share that copy: the text on the clipboard, and for a moment the word that it is. */
import { useState } from "preact/hooks";

const COPIED_MS = 2_000;

/** Whether the text was copied just now, and what copies it; where no way is left, nothing is said to be copied. */
export function useCopy(text: string): { copied: boolean; copy: () => Promise<void> } {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    if (!(await toClipboard(text))) return;
    setCopied(true);
    setTimeout(() => setCopied(false), COPIED_MS);
  };
  return { copied, copy };
}

async function toClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // A page on plain HTTP has no such clipboard, and a frame may not be let to it.
    return copySelected(text);
  }
}

/** The way of old: a field with the text, selected for a moment. */
function copySelected(text: string): boolean {
  const focused = document.activeElement;
  const field = document.createElement("textarea");
  field.className = "ck-hidden";
  field.value = text;
  document.body.append(field);
  field.select();
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- nothing else copies on plain HTTP
  const isCopied = document.execCommand("copy");
  field.remove();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  return isCopied;
}
