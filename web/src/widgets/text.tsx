/** Words: text that one may edit, titles, captions, labels, Markdown, badges. */
import { useContext, useRef } from "preact/hooks";
import { MarkdownText } from "../items/markdown_text";
import { type NodeProps, WidgetContext, classes, textOf } from "./context";
import { NO_EXTENSIONS, useAutoFocus, useFieldId, usePattern } from "./field";
import { textStyle } from "./style";

interface Editable {
  readonly name: string;
  readonly autoFocus?: boolean;
  readonly autoSelect?: boolean;
  readonly autoComplete?: string;
  readonly allowAutofillExtensions?: boolean;
  readonly pattern?: string;
  readonly placeholder?: string;
  readonly required?: boolean;
}

export function Text({ component }: NodeProps) {
  const value = textOf(component, "value") ?? "";
  const editable = component["editable"] as Editable | false | null | undefined;
  const look = classes(
    "ck-w-text",
    `ck-w-${component.type.toLowerCase()}`,
    `ck-size-${textOf(component, "size") ?? "md"}`,
    component["weight"] !== undefined && component["weight"] !== null && `ck-weight-${textOf(component, "weight") ?? "normal"}`,
    component["truncate"] === true && "ck-truncate",
    component["italic"] === true && "ck-italic",
    component["lineThrough"] === true && "ck-line-through",
  );
  if (editable) return <EditableText editable={editable} value={value} look={look} component={component} />;
  const isStreaming = component["streaming"] === true;
  return <p class={classes(look, isStreaming && "ck-is-streaming")} style={textStyle(component)} dir="auto" {...(isStreaming && { "aria-busy": true })}>{value}</p>;
}

/** Text that looks like text until one writes in it; a field of its form like any other. */
function EditableText({ editable, value, look, component }: { editable: Editable; value: string; look: string; component: NodeProps["component"] }) {
  const { labelled } = useContext(WidgetContext);
  const field = useRef<HTMLTextAreaElement>(null);
  const id = useFieldId(editable.name);
  const check = usePattern(field, editable.pattern);
  useAutoFocus(editable.autoFocus, editable.autoSelect, field);
  return (
    <textarea
      ref={field}
      class={`${look} ck-editable`}
      style={textStyle(component)}
      dir="auto"
      rows={1}
      id={id}
      name={editable.name}
      defaultValue={value}
      {...(!labelled.has(editable.name) && { "aria-label": editable.placeholder ?? editable.name })}
      placeholder={editable.placeholder ?? ""}
      required={editable.required ?? false}
      onInput={check}
      autocomplete={editable.autoComplete ?? "off"}
      {...(editable.allowAutofillExtensions !== true && NO_EXTENSIONS)}
    />
  );
}

export function Label({ component }: NodeProps) {
  const id = useFieldId(textOf(component, "fieldName") ?? "");
  const look = classes("ck-w-text ck-w-label", `ck-size-${textOf(component, "size") ?? "sm"}`, `ck-weight-${textOf(component, "weight") ?? "medium"}`);
  return <label id={`${id}-label`} class={look} htmlFor={id} style={textStyle(component)} dir="auto">{textOf(component, "value")}</label>;
}

export function MarkdownNode({ component }: NodeProps) {
  const isStreaming = component["streaming"] === true;
  return <div class="ck-w-markdown" {...(isStreaming && { "aria-busy": true })}><MarkdownText text={textOf(component, "value") ?? ""} isStreaming={isStreaming} /></div>;
}

export function Badge({ component }: NodeProps) {
  const look = classes("ck-badge", `ck-tone-${textOf(component, "color") ?? "secondary"}`, `ck-badge-${textOf(component, "variant") ?? "soft"}`, `ck-badge-size-${textOf(component, "size") ?? "sm"}`, component["pill"] === true && "ck-is-pill");
  return <span class={look} dir="auto">{textOf(component, "label")}</span>;
}
