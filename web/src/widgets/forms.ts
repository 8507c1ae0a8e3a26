/** Form values as an action's payload: dotted names nest, the action's own payload wins. Pure. */

type Payload = Record<string, unknown>;

/** The payload with the form's values, and the names whose value had to give way. */
export function formPayload(
  payload: unknown,
  form: FormData | null,
  extra: Payload = {},
): { payload: unknown; collisions: string[] } {
  const values: [string, unknown][] = [...(form?.entries() ?? []), ...Object.entries(extra)];
  if (values.length === 0) return { payload, collisions: [] };
  const own = isObject(payload) ? payload : {};
  const result: Payload = structuredClone(own);
  const collisions: string[] = [];
  const given = new Set<string>();
  for (const [name, value] of values) {
    if (!given.has(name) && has(own, name)) {
      collisions.push(name);
      continue;
    }
    given.add(name);
    put(result, name.split("."), value);
  }
  return { payload: result, collisions };
}

function has(payload: Payload, name: string): boolean {
  let node: unknown = payload;
  for (const key of name.split(".")) {
    if (!isObject(node) || !Object.hasOwn(node, key)) return false;
    node = node[key];
  }
  return true;
}

function put(target: Payload, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path;
  if (key === undefined || ["__proto__", "constructor", "prototype"].includes(key)) return;
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  if (!isObject(target[key])) target[key] = {};
  put(target[key] as Payload, rest, value);
}

function isObject(value: unknown): value is Payload {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
