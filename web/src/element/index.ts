/** `chatkit.js`: a classic script, in <head> or anywhere, sync or async; defines the element. */
import { defineElement } from "./element";

const script = document.currentScript as HTMLScriptElement | null;

defineElement({
  url: script?.src || new URL("chatkit.js", document.baseURI).href,
  nonce: script?.nonce ?? "",
  endpoint: script?.dataset["endpoint"] ?? null,
});
