/** Fields one writes or ticks: they keep what was typed while the widget around them changes. */
import { useContext, useRef } from "preact/hooks";
import { type NodeProps, WidgetContext, classes, listOf, textOf, useAct, useIsBlocked } from "./context";
import { NO_EXTENSIONS, controlClass, useAutoFocus, useField, usePattern } from "./field";

export function Input({ component }: NodeProps) {
  const { name, id, isDisabled, labelling } = useField(component);
  const field = useRef<HTMLInputElement>(null);
  useAutoFocus(component["autoFocus"], component["autoSelect"], field);
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
  useAutoFocus(component["autoFocus"], component["autoSelect"], field);
  const check = usePattern(field, textOf(component, "pattern"));
  const most = component["maxRows"];
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

/** Leaves a choice as it is while its action could not be fired. */
function heldWhile(isBlocked: boolean) {
  return isBlocked ? { "aria-disabled": true, onClick: (event: Event) => event.preventDefault() } : {};
}

export function Checkbox({ component, path }: NodeProps) {
  const act = useAct();
  const { name, id, isDisabled, labelling } = useField(component);
  const isBlocked = useIsBlocked(component["onChangeAction"]);
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
        {...heldWhile(isBlocked)}
        onChange={(event) => act(component["onChangeAction"], path, { auto: "none", extra: { [name]: event.currentTarget.checked } })}
      />
      {label !== undefined && <span dir="auto">{label}</span>}
    </label>
  );
}

export function RadioGroup({ component, path }: NodeProps) {
  const act = useAct();
  const { name, id, label, isLabelled, isDisabled } = useField(component);
  const { form } = useContext(WidgetContext);
  const isBlocked = useIsBlocked(component["onChangeAction"]);
  const options = listOf<{ value: string; label: string; disabled?: boolean }>(component["options"]);
  const described = isLabelled ? { "aria-labelledby": `${id}-label` } : { "aria-label": label };
  return (
    <div role="radiogroup" class={`ck-w-box ck-w-${textOf(component, "direction") ?? "row"} ck-radios`} aria-required={component["required"] === true} {...described}>
      {options.map((option, index) => (
        <label key={option.value} class="ck-choice">
          <input
            type="radio"
            {...(index === 0 && { id })}
            // Without a form, equal names anywhere on the page would be one group.
            name={form ? name : id}
            value={option.value}
            required={component["required"] === true}
            disabled={isDisabled || option.disabled === true}
            defaultChecked={component["defaultValue"] === option.value}
            {...heldWhile(isBlocked)}
            onChange={() => act(component["onChangeAction"], path, { auto: "none", extra: { [name]: option.value } })}
          />
          <span dir="auto">{option.label}</span>
        </label>
      ))}
    </div>
  );
}
