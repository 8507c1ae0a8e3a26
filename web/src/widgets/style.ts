/** A component's layout props as CSS properties; what is no token is taken as CSS. Pure. */
import { primitive } from "./palette";

const STEP_PX = 4;
const JUSTIFY: Readonly<Record<string, string>> = { between: "space-between", around: "space-around", evenly: "space-evenly", start: "flex-start", end: "flex-end" };
const ALIGN: Readonly<Record<string, string>> = { start: "flex-start", end: "flex-end" };
const RADII: Readonly<Record<string, string>> = { none: "0", "2xs": "2px", xs: "4px", sm: "6px", md: "8px", lg: "10px", xl: "12px", "2xl": "16px", "3xl": "20px", "4xl": "24px", full: "9999px", "100%": "100%" };
const TEXT_COLORS = new Set(["secondary", "tertiary", "prose", "emphasis", "success", "warning", "danger", "info", "discovery", "caution"]);
const TOKENS: Readonly<Record<string, string>> = {
  primary: "var(--ck-text)",
  default: "var(--ck-border)",
  subtle: "color-mix(in oklab, var(--ck-border) 60%, transparent)",
  strong: "color-mix(in oklab, var(--ck-text) 30%, var(--ck-border))",
  surface: "var(--ck-background)",
  "surface-secondary": "var(--ck-surface)",
  "surface-tertiary": "color-mix(in oklab, var(--ck-text) 6%, var(--ck-surface))",
  "surface-elevated": "var(--ck-raised)",
  "surface-elevated-secondary": "color-mix(in oklab, var(--ck-text) 4%, var(--ck-raised))",
};

const GRADIENT = /^(repeating-)?(linear|radial|conic)-gradient\(/i;
const LOADS = /url|image|src\(|element\(|\\/i;

export type Props = Readonly<Record<string, unknown>>;
export type Style = Record<string, string | number>;

/** Everything that a box takes: layout inside, size, distances, frame, colours. */
export function boxStyle(props: Props): Style {
  return tidy({
    gap: spacing(props["gap"]),
    alignItems: ALIGN[String(props["align"])] ?? text(props["align"]),
    justifyContent: JUSTIFY[String(props["justify"])] ?? text(props["justify"]),
    flexWrap: text(props["wrap"]),
    flex: number(props["flex"]) ?? text(props["flex"]),
    padding: sides(props["padding"]),
    ...background(props["background"]),
    ...block(props),
    ...border(props["border"]),
  });
}

/** Size, radius and margin: what any block takes. */
export function blockStyle(props: Props): Style {
  return tidy(block(props));
}

/** Colour, alignment and how many lines: what any text takes. */
export function textStyle(props: Props): Style {
  const lines = number(props["maxLines"]);
  const least = number(props["minLines"]);
  return tidy({
    color: color(props["color"]),
    textAlign: text(props["textAlign"]),
    width: length(props["width"]),
    minHeight: least === undefined ? undefined : `${least}lh`,
    ...(lines !== undefined && { WebkitLineClamp: lines, display: "-webkit-box", WebkitBoxOrient: "vertical", overflow: "hidden" }),
  });
}

function block(props: Props): Record<string, string | number | undefined> {
  const size = length(props["size"]);
  const [minSize, maxSize] = [length(props["minSize"]), length(props["maxSize"])];
  return {
    width: length(props["width"]) ?? size,
    height: length(props["height"]) ?? size,
    minWidth: length(props["minWidth"]) ?? minSize,
    minHeight: length(props["minHeight"]) ?? minSize,
    maxWidth: length(props["maxWidth"]) ?? maxSize,
    maxHeight: length(props["maxHeight"]) ?? maxSize,
    aspectRatio: text(props["aspectRatio"]) ?? number(props["aspectRatio"]),
    borderRadius: RADII[String(props["radius"])],
    margin: sides(props["margin"]),
  };
}

/** A number is steps of 4 px; a text is CSS. */
export function spacing(value: unknown): string | undefined {
  return typeof value === "number" ? `${value * STEP_PX}px` : text(value);
}

/** A number is pixels; a text is CSS. */
export function length(value: unknown): string | undefined {
  return typeof value === "number" ? `${value}px` : text(value);
}

function sides(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return spacing(value);
  const { top, right, bottom, left, x, y } = value as Props;
  return [top ?? y, right ?? x, bottom ?? y, left ?? x].map((side) => spacing(side) ?? "0").join(" ");
}

/** The distance on one side of a spacing, as CSS; undefined where nothing is given. */
export function sideOf(value: unknown, side: "left" | "right"): string | undefined {
  if (typeof value !== "object" || value === null) return spacing(value);
  const { [side]: own, x } = value as Props;
  return spacing(own ?? x) ?? "0px";
}

/** A flat colour, or a gradient; nothing that would load a picture past the rules for pictures. */
function background(value: unknown): Style {
  const paint = color(value);
  if (paint === undefined) return {};
  return GRADIENT.test(paint) ? { backgroundImage: paint } : { backgroundColor: paint };
}

/** A colour for each scheme, a token, or CSS; what could load something is no colour. */
export function color(value: unknown): string | undefined {
  if (typeof value === "object" && value !== null) {
    const { light, dark } = value as Props;
    const [day, night] = [color(light), color(dark)];
    return day === undefined || night === undefined ? (day ?? night) : `light-dark(${day}, ${night})`;
  }
  const name = text(value);
  if (name === undefined || LOADS.test(name)) return undefined;
  if (TEXT_COLORS.has(name)) return `var(--ck-${name})`;
  return TOKENS[name] ?? primitive(name) ?? name;
}

const SIDES = { x: ["Left", "Right"], y: ["Top", "Bottom"], top: ["Top"], right: ["Right"], bottom: ["Bottom"], left: ["Left"] } as const;

function border(value: unknown): Style {
  if (typeof value === "number") return { border: line({ size: value }) };
  if (typeof value !== "object" || value === null) return {};
  const props = value as Props;
  if ("size" in props) return { border: line(props) };
  const style: Style = {};
  for (const [side, names] of Object.entries(SIDES)) {
    const given = props[side];
    if (given === undefined || given === null) continue;
    for (const name of names) style[`border${name}`] = line(typeof given === "number" ? { size: given } : (given as Props));
  }
  return style;
}

function line(props: Props): string {
  return `${number(props["size"]) ?? 1}px ${text(props["style"]) ?? "solid"} ${color(props["color"]) ?? "var(--ck-border)"}`;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

export function tidy(style: Record<string, string | number | undefined>): Style {
  return Object.fromEntries(Object.entries(style).filter((entry): entry is [string, string | number] => entry[1] !== undefined));
}
