/** Fields one writes or ticks: they keep what was typed while the widget around them changes. */
import type { RefObject } from "preact";
import { useContext, useEffect, useRef } from "preact/hooks";
import { type Component, type NodeProps, WidgetContext, classes, listOf, textOf, useAct } from "./context";
import { NO_EXTENSIONS } from "./text";

export function fieldId(itemId: string, name: string): string {
  return `field-${itemId}-${name}`;
}

/** A field's name, its label when no component labels it, and what all fields have. */
export function useField(component: Component) {
  const { itemId, labelled } = useContext(WidgetContext);
  const name = textOf(component, "name") ?? "";
  const label = textOf(component, "ariaLabel") ?? textOf(component, "placeholder") ?? textOf(component, "label") ?? name;
  return { name, id: fieldId(itemId, name), isDisabled: component["disabled"] === true, labelling: labelled.has(name) ? {} : { "aria-label": label } };
}

export function controlClass(component: Component): string {
  return classes(
    "ck-field",
    `ck-field-${textOf(component, "variant") ?? "outline"}`,
    `ck-control-${textOf(component, "size") ?? "lg"}`,
    component["gutterSize"] !== undefined && component["gutterSize"] !== null && `ck-gutter-${textOf(component, "gutterSize") ?? "md"}`,
    component["pill"] === true && "ck-is-pill",
    component["block"] === true && "ck-block",
  );
}

function useAutoFocus(component: Component, field: RefObject<HTMLInputElement | HTMLTextAreaElement | null>): void {
  useEffect(() => {
    if (component["autoFocus"] === true) field.current?.focus();
    if (component["autoSelect"] === true) field.current?.select();
  }, []);
}

export function Input({ component }: NodeProps) {
  const { name, id, isDisabled, labelling } = useField(component);
  const field = useRef<HTMLInputElement>(null);
  useAutoFocus(component, field);
  const pattern = textOf(component, "pattern");
  return (
    <input
      ref={field}
      class={controlClass(component)}
      type={(textOf(component, "inputType") ?? "text") as "text"}
      id={id}
      name={name}
      dir="auto"
      disabled={isDisabled}
      required={component["required"] === true}
      defaultValue={textOf(component, "defaultValue") ?? ""}
      placeholder={textOf(component, "placeholder") ?? ""}
      {...(pattern !== undefined && { pattern })}
      {...labelling}
      {...(component["allowAutofillExtensions"] !== true && NO_EXTENSIONS)}
    />
  );
}

export function Textarea({ component }: NodeProps) {
  const { name, id, isDisabled, labelling } = useField(component);
  const field = useRef<HTMLTextAreaElement>(null);
  useAutoFocus(component, field);
  const most = component["maxRows"];
  const pattern = textOf(component, "pattern");
  // The browser checks patterns of inputs only.
  const check = () => {
    const area = field.current;
    if (!area || pattern === undefined) return;
    const fits = area.value === "" || new RegExp(`^(?:${pattern})$`, "u").test(area.value);
    area.setCustomValidity(fits ? "" : pattern);
  };
  return (
    <textarea
      ref={field}
      class={classes(controlClass(component), component["autoResize"] !== false && "ck-auto-resize")}
      style={typeof most === "number" ? { maxHeight: `calc(${most}lh + 18px)` } : {}}
      id={id}
      name={name}
      dir="auto"
      rows={typeof component["rows"] === "number" ? component["rows"] : 3}
      disabled={isDisabled}
      required={component["required"] === true}
      defaultValue={textOf(component, "defaultValue") ?? ""}
      placeholder={textOf(component, "placeholder") ?? ""}
      onInput={check}
      {...labelling}
      {...(component["allowAutofillExtensions"] !== true && NO_EXTENSIONS)}
    />
  );
}

export function Checkbox({ component, path }: NodeProps) {
  const act = useAct();
  const { name, id, isDisabled, labelling } = useField(component);
  const label = textOf(component, "label");
  return (
    <label class="ck-choice">
      <input
        type="checkbox"
        id={id}
        name={name}
        value="true"
        defaultChecked={component["defaultChecked"] === true}
        disabled={isDisabled}
        required={component["required"] === true}
        {...(label === undefined && labelling)}
        onChange={(event) => act(component["onChangeAction"], path, { auto: "none", extra: { [name]: event.currentTarget.checked } })}
      />
      {label !== undefined && <span dir="auto">{label}</span>}
    </label>
  );
}

export function RadioGroup({ component, path }: NodeProps) {
  const act = useAct();
  const { name, isDisabled } = useField(component);
  const { itemId } = useContext(WidgetContext);
  const options = listOf<{ value: string; label: string; disabled?: boolean }>(component["options"]);
  return (
    <fieldset class={`ck-w-box ck-w-${textOf(component, "direction") ?? "row"} ck-radios`} disabled={isDisabled} aria-label={textOf(component, "ariaLabel") ?? name}>
      {options.map((option, index) => (
        <label key={option.value} class="ck-choice">
          <input
            type="radio"
            {...(index === 0 && { id: fieldId(itemId, name) })}
            name={name}
            value={option.value}
            required={component["required"] === true}
            disabled={option.disabled ?? false}
            defaultChecked={component["defaultValue"] === option.value}
            onChange={() => act(component["onChangeAction"], path, { auto: "none", extra: { [name]: option.value } })}
          />
          <span dir="auto">{option.label}</span>
        </label>
      ))}
    </fieldset>
  );
}
