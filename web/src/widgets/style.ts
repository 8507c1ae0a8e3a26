/** A component's layout props as CSS properties. Pure. */
import type { CSSProperties } from "preact";

const STEP_PX = 4;
const JUSTIFY: Readonly<Record<string, string>> = { between: "space-between", around: "space-around", evenly: "space-evenly", start: "flex-start", end: "flex-end" };
const ALIGN: Readonly<Record<string, string>> = { start: "flex-start", end: "flex-end" };
const RADII: Readonly<Record<string, string>> = { none: "0", "2xs": "2px", xs: "4px", sm: "6px", md: "8px", lg: "10px", xl: "12px", "2xl": "16px", "3xl": "20px", "4xl": "24px", full: "9999px", "100%": "100%" };
const COLORS = new Set(["secondary", "tertiary", "prose", "emphasis", "success", "warning", "danger", "info", "discovery", "caution"]);

type Props = Readonly<Record<string, unknown>>;

export function boxStyle(props: Props): CSSProperties {
  const style: Record<string, string | number> = {};
  const put = (name: string, value: string | number | undefined) => {
    if (value !== undefined) style[name] = value;
  };
  put("gap", spacing(props["gap"]));
  put("alignItems", ALIGN[String(props["align"])] ?? text(props["align"]));
  put("justifyContent", JUSTIFY[String(props["justify"])] ?? text(props["justify"]));
  put("flexWrap", text(props["wrap"]));
  put("flex", typeof props["flex"] === "number" || typeof props["flex"] === "string" ? props["flex"] : undefined);
  for (const name of ["height", "width", "minHeight", "minWidth", "maxHeight", "maxWidth"]) put(name, length(props[name]));
  if (typeof props["size"] === "number" || /\d/.test(String(props["size"] ?? ""))) {
    put("width", length(props["size"]));
    put("height", length(props["size"]));
  }
  put("padding", sides(props["padding"]));
  put("margin", sides(props["margin"]));
  put("borderRadius", RADII[String(props["radius"])]);
  put("background", color(props["background"]));
  put("color", color(props["color"]));
  put("aspectRatio", text(props["aspectRatio"]) ?? (typeof props["aspectRatio"] === "number" ? props["aspectRatio"] : undefined));
  put("textAlign", text(props["textAlign"]));
  if (typeof props["maxLines"] === "number") Object.assign(style, { WebkitLineClamp: props["maxLines"], display: "-webkit-box", WebkitBoxOrient: "vertical", overflow: "hidden" });
  Object.assign(style, border(props["border"]));
  return style;
}

function spacing(value: unknown): string | undefined {
  return typeof value === "number" ? `${value * STEP_PX}px` : text(value);
}

function length(value: unknown): string | undefined {
  return typeof value === "number" ? `${value}px` : text(value);
}

function sides(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return spacing(value);
  const { top, right, bottom, left, x, y } = value as Props;
  return [top ?? y, right ?? x, bottom ?? y, left ?? x].map((side) => spacing(side) ?? "0").join(" ");
}

function color(value: unknown): string | undefined {
  if (typeof value === "object" && value !== null) {
    const { light, dark } = value as { light: string; dark: string };
    return `light-dark(${light}, ${dark})`;
  }
  const name = text(value);
  return name !== undefined && COLORS.has(name) ? `var(--ck-${name})` : name;
}

function border(value: unknown): Record<string, string> {
  if (typeof value === "number") return { border: `${value}px solid var(--ck-border)` };
  if (typeof value !== "object" || value === null) return {};
  const props = value as Props;
  if ("size" in props) return { border: line(props) };
  const style: Record<string, string> = {};
  for (const [side, names] of Object.entries({ x: ["Left", "Right"], y: ["Top", "Bottom"], top: ["Top"], right: ["Right"], bottom: ["Bottom"], left: ["Left"] })) {
    const given = props[side];
    if (given === undefined) continue;
    for (const name of names) style[`border${name}`] = typeof given === "number" ? `${given}px solid var(--ck-border)` : line(given as Props);
  }
  return style;
}

function line(props: Props): string {
  return `${Number(props["size"] ?? 1)}px ${text(props["style"]) ?? "solid"} ${color(props["color"]) ?? "var(--ck-border)"}`;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
