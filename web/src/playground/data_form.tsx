/** A form made from a JSON Schema: one field for each value, lists that grow, and JSON for the rest. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Json, Schema } from "./contract";

interface ValueProps<Value extends Json | undefined = Json | undefined> {
  readonly schema: Schema;
  readonly name: string;
  readonly value: Value;
  readonly onChange: (value: Json) => void;
}

type JsonRecord = Readonly<Record<string, Json>>;

export function DataForm(props: ValueProps) {
  const { schema, value } = props;
  if (isRecord(value) && schema.properties) return <Record_ {...props} value={value} />;
  if (isList(value) && schema.items) return <List {...props} value={value} />;
  return <Leaf {...props} />;
}

function Record_({ schema, name, value, onChange }: ValueProps<JsonRecord>) {
  const fields = Object.entries(schema.properties ?? {}).map(([key, inner]) => (
    <DataForm key={key} schema={inner} name={key} value={value[key]} onChange={(next) => onChange({ ...value, [key]: next })} />
  ));
  return name === "" ? <>{fields}</> : <Group name={schema.title ?? name} hint={schema.description}>{fields}</Group>;
}

function List({ schema, name, value, onChange }: ValueProps<readonly Json[]>) {
  const label = schema.title ?? name;
  return (
    <Group name={label} hint={schema.description}>
      {value.map((one, index) => (
        <div key={index} class="ck-play-entry">
          <DataForm schema={schema.items ?? {}} name={`${name} ${index + 1}`} value={one} onChange={(next) => onChange(value.with(index, next))} />
          <button type="button" class="ck-quiet" aria-label={`Remove ${name} ${index + 1}`} onClick={() => onChange(value.toSpliced(index, 1))}>Remove</button>
        </div>
      ))}
      <button type="button" class="ck-button" aria-label={`Add to ${label}`} onClick={() => onChange([...value, structuredClone(value.at(-1)) ?? ""])}>Add</button>
    </Group>
  );
}

function Group({ name, hint, children }: { name: string; hint: string | undefined; children: ComponentChildren }) {
  return (
    <fieldset class="ck-play-group">
      <legend>{name}</legend>
      {hint && <small>{hint}</small>}
      {children}
    </fieldset>
  );
}

function Leaf(props: ValueProps) {
  const { schema, name, value } = props;
  const label = schema.title ?? name;
  if (typeof value === "boolean") {
    return <label class="ck-choice"><input type="checkbox" checked={value} onChange={(event) => props.onChange(event.currentTarget.checked)} /><span>{label}</span></label>;
  }
  return (
    <label class="ck-play-field">
      <span>{label}</span>
      {schema.description && <small>{schema.description}</small>}
      {schema.enum ? <Choice {...props} /> : typeof value === "string" ? <Words {...props} value={value} /> : typeof value === "number" ? <Amount {...props} value={value} /> : <Raw {...props} />}
    </label>
  );
}

function Choice({ schema, value, onChange }: ValueProps) {
  const choices = schema.enum ?? [];
  return (
    <select class="ck-field" value={JSON.stringify(value)} onChange={(event) => onChange(JSON.parse(event.currentTarget.value) as Json)}>
      {choices.map((choice) => <option key={JSON.stringify(choice)} value={JSON.stringify(choice)}>{String(choice)}</option>)}
    </select>
  );
}

function Words({ schema, value, onChange }: ValueProps<string>) {
  const shared = { class: "ck-field", value, onInput: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value) };
  if (value.length > 60 || value.includes("\n")) return <textarea {...shared} rows={3} />;
  return schema.format === "date" ? <input {...shared} type="date" /> : <input {...shared} type="text" />;
}

function Amount({ schema, value, onChange }: ValueProps<number>) {
  const change = (event: { currentTarget: HTMLInputElement }) => {
    if (!Number.isNaN(event.currentTarget.valueAsNumber)) onChange(event.currentTarget.valueAsNumber);
  };
  return <input class="ck-field" type="number" step={schema.type === "integer" ? 1 : "any"} min={schema.minimum} max={schema.maximum} value={value} onInput={change} />;
}

/** Anything that no field fits: written as JSON, taken when it is. */
export function Raw({ value, onChange }: Pick<ValueProps, "value" | "onChange">) {
  const [text, setText] = useState(() => JSON.stringify(value ?? null, null, 2));
  const [isWrong, setIsWrong] = useState(false);
  const change = (next: string) => {
    setText(next);
    try {
      onChange(JSON.parse(next) as Json);
      setIsWrong(false);
    } catch {
      setIsWrong(true);
    }
  };
  return <textarea class="ck-field ck-play-json" rows={Math.min(16, text.split("\n").length + 1)} spellcheck={false} aria-invalid={isWrong} aria-label="JSON" value={text} onInput={(event) => change(event.currentTarget.value)} />;
}

function isRecord(value: Json | undefined): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
