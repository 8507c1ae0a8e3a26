/** Form values as an action's payload: dotted names nest, the action's own payload wins. Pure but for reading fields. */

type Payload = Record<string, unknown>;

const PROTOTYPES = new Set(["__proto__", "constructor", "prototype"]);

/** The payload with the form's values, and the names whose value had to give way. */
export function formPayload(
  payload: unknown,
  form: Iterable<readonly [string, unknown]> | null,
  extra: Payload = {},
): { payload: unknown; collisions: string[] } {
  // A component's own new value stands in for what its form still holds.
  const values = new Map([...(form ?? []), ...Object.entries(extra)]);
  if (values.size === 0) return { payload, collisions: [] };
  const own = payload ?? {};
  if (!isObject(own)) return { payload, collisions: [...values.keys()] };
  const result = structuredClone(own);
  const collisions = [...values].filter(([name, value]) => !put(result, name.split("."), value)).map(([name]) => name);
  return { payload: result, collisions };
}

/** What a form's fields hold, by name: texts, and true or false for each checkbox. */
export function formValues(form: HTMLFormElement): [string, unknown][] {
  const fields = [...form.elements] as HTMLInputElement[];
  const boxes = fields.filter((field) => field.type === "checkbox" && field.name !== "" && !field.disabled);
  const names = new Set(boxes.map((box) => box.name));
  const texts = [...new FormData(form)].filter(([name]) => !names.has(name));
  return [...texts, ...boxes.map((box): [string, unknown] => [box.name, box.checked])];
}

/** Whether the value found a free place; a name that would reach a prototype is dropped. */
function put(target: Payload, path: readonly string[], value: unknown): boolean {
  const [key, ...rest] = path;
  if (key === undefined || path.some((part) => PROTOTYPES.has(part))) return true;
  if (rest.length === 0) {
    if (Object.hasOwn(target, key)) return false;
    target[key] = value;
    return true;
  }
  target[key] ??= {};
  const inner = target[key];
  return isObject(inner) && put(inner, rest, value);
}

function isObject(value: unknown): value is Payload {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
