/** What all fields share: name, id, label, look, first focus, and patterns where the browser has none. */
import type { RefObject } from "preact";
import { useContext, useEffect, useLayoutEffect } from "preact/hooks";
import { useSelect } from "../view/use_session";
import { type Component, WidgetContext, classes, textOf } from "./context";

/** What password managers look for to leave a field alone. */
export const NO_EXTENSIONS = { "data-1p-ignore": "", "data-lpignore": "true", "data-bwignore": "" } as const;

type Written = HTMLInputElement | HTMLTextAreaElement;

/** Where a label of the same widget finds the field. */
export function useFieldId(name: string): string {
  const { itemId } = useContext(WidgetContext);
  return `field-${itemId}-${name}`;
}

/** A field's name, its label when no component labels it, and what all fields have. */
export function useField(component: Component) {
  const { labelled } = useContext(WidgetContext);
  const name = textOf(component, "name") ?? "";
  const id = useFieldId(name);
  const isLabelled = labelled.has(name);
  const label = textOf(component, "ariaLabel") ?? textOf(component, "placeholder") ?? textOf(component, "label") ?? name;
  return { name, id, label, isLabelled, isDisabled: component["disabled"] === true, labelling: isLabelled ? {} : { "aria-label": label } };
}

export function controlClass(component: Component): string {
  return classes(
    "ck-field",
    `ck-field-${textOf(component, "variant") ?? "outline"}`,
    `ck-control-${textOf(component, "size") ?? "lg"}`,
    component["gutterSize"] !== undefined && component["gutterSize"] !== null && `ck-gutter-${textOf(component, "gutterSize") ?? "md"}`,
    typeof component["pill"] === "boolean" && (component["pill"] ? "ck-is-pill" : "ck-no-pill"),
    component["block"] === true && "ck-block",
  );
}

/** Focus as the field comes; a form further up in an old thread leaves it where it is. */
export function useAutoFocus(focuses: unknown, selects: unknown, field: RefObject<Written | null>): void {
  const { itemId } = useContext(WidgetContext);
  const isLast = useSelect(({ thread }) => thread.items.findLast((item) => item.type === "widget")?.id === itemId);
  useEffect(() => {
    if (focuses === true && isLast) field.current?.focus();
    if (selects === true) field.current?.select();
  }, []);
}

/** Holds a field that takes no `pattern` to one; to be called whenever its text changes. */
export function usePattern(field: RefObject<Written | null>, pattern: string | undefined): () => void {
  const check = () => {
    const { current } = field;
    if (!current || pattern === undefined) return;
    current.setCustomValidity(fits(current.value, pattern) ? "" : mismatchMessage());
  };
  useLayoutEffect(check, [pattern]);
  return check;
}

function fits(text: string, pattern: string): boolean {
  try {
    return text === "" || new RegExp(`^(?:${pattern})$`, "v").test(text);
  } catch {
    return true; // As browsers do with a pattern that is none.
  }
}

/** The browser's own words, in its own language. */
function mismatchMessage(): string {
  const probe = document.createElement("input");
  probe.pattern = "a";
  probe.value = "b";
  return probe.validationMessage;
}
