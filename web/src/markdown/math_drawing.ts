/** KaTeX, drawn into an element node by node: no HTML string, no inline styles to be refused. */
import katex from "katex";
import styles from "katex/dist/katex.min.css?inline";

export type Drawing = (place: HTMLElement, tex: string, isBlock: boolean) => void;

const SHEETS = new WeakSet<Document>();

export const drawing: Drawing = (place, tex, isBlock) => {
  adopt(place.ownerDocument);
  try {
    // Nothing in a formula may run, load or reach out: `trust` stays off.
    katex.render(tex, place, { displayMode: isBlock, throwOnError: true, trust: false, maxExpand: 500 });
  } catch {
    // Half a formula, or none: its source. KaTeX's own rendering of an error has an inline style.
    place.textContent = tex;
  }
};

function adopt(page: Document): void {
  if (SHEETS.has(page)) return;
  SHEETS.add(page);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  page.adoptedStyleSheets = [...page.adoptedStyleSheets, sheet];
}
