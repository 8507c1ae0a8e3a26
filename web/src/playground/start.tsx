/** Begins the preview's page: styles, the reader's own colour scheme, and the playground. */
import { render } from "preact";
import { addStyles, installStyles } from "../theme/apply";
import { tokensFor } from "../theme/tokens";
import { Playground } from "./playground";
import styles from "./playground.css?inline";

export function start(page: Document): void {
  installStyles(page);
  addStyles(page, styles);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const root = page.documentElement;
  const follow = () => {
    const scheme = dark.matches ? "dark" : "light";
    root.dataset["scheme"] = scheme;
    for (const [name, value] of Object.entries(tokensFor({}, scheme))) root.style.setProperty(name, value);
  };
  follow();
  dark.addEventListener("change", follow);
  render(<Playground />, page.body.appendChild(page.createElement("main")));
}
