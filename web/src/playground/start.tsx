/** Begins the preview's page: styles, the reader's own colour scheme, and the playground. */
import { render } from "preact";
import { addStyles, installStyles, showTokens } from "../theme/apply";
import { tokensFor } from "../theme/tokens";
import { Playground } from "./playground";
import styles from "./playground.css?inline";

export function start(page: Document): void {
  installStyles(page);
  addStyles(page, styles);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    const scheme = dark.matches ? "dark" : "light";
    showTokens(page, tokensFor({}, scheme), scheme);
  };
  follow();
  dark.addEventListener("change", follow);
  render(<Playground />, page.body.appendChild(page.createElement("main")));
}
