/** Small checks that are put together to the shape of the options; each names the bad value's path. */

/** Thrown at once for options that cannot be meant; the name is the closed component's. */
export class InvalidOptions extends TypeError {
  override readonly name = "InvalidFrameParamsError";
  constructor(
    readonly path: string,
    expected: string,
  ) {
    super(`${path || "options"} must be ${expected}`);
  }
}

export type Check = (value: unknown, path: string) => void;

export const anything: Check = () => undefined;
export const string = typed("string", "a string");
export const boolean = typed("boolean", "true or false");
export const callback = typed("function", "a function");

export const number: Check = (value, path) => {
  if (typeof value !== "number" || Number.isNaN(value)) throw new InvalidOptions(path, "a number");
};

/** For what makes no sense beside something else. */
export const missing: Check = (_, path) => {
  throw new InvalidOptions(path, "left out beside api.getClientSecret");
};

export function oneOf(...allowed: readonly (string | number | null)[]): Check {
  return (value, path) => {
    if (!allowed.includes(value as string)) {
      throw new InvalidOptions(path, `one of ${allowed.map((one) => JSON.stringify(one)).join(", ")}`);
    }
  };
}

export function between(least: number, most: number): Check {
  return (value, path) => {
    if (typeof value !== "number" || !(value >= least && value <= most)) {
      throw new InvalidOptions(path, `a number from ${least} to ${most}`);
    }
  };
}

export function list(entry: Check): Check {
  return (value, path) => {
    if (!Array.isArray(value)) throw new InvalidOptions(path, "a list");
    value.forEach((one, index) => entry(one, `${path}[${index}]`));
  };
}

export function record(entry: Check): Check {
  return (value, path) => {
    for (const [key, one] of Object.entries(asObject(value, path))) entry(one, `${path}.${key}`);
  };
}

export function either(expected: string, ...checks: readonly Check[]): Check {
  return (value, path) => {
    const fits = checks.some((check) => {
      try {
        check(value, path);
        return true;
      } catch {
        return false;
      }
    });
    if (!fits) throw new InvalidOptions(path, expected);
  };
}

/** An object with these fields; a name that ends in "?" may be missing. Others are let through. */
export function object(fields: Readonly<Record<string, Check>>): Check {
  return (value, path) => {
    const given = asObject(value, path);
    for (const [field, check] of Object.entries(fields)) {
      const name = field.replace(/\?$/, "");
      const at = path === "" ? name : `${path}.${name}`;
      if (given[name] !== undefined) check(given[name], at);
      else if (!field.endsWith("?")) throw new InvalidOptions(at, "given");
    }
  };
}

function typed(kind: string, expected: string): Check {
  return (value, path) => {
    if (typeof value !== kind) throw new InvalidOptions(path, expected);
  };
}

function asObject(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new InvalidOptions(path, "an object");
  }
  return value as Record<string, unknown>;
}
