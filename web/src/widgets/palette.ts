/**
 * Primitive colours by hue and step, as widgets name them (`blue-500`, `green-a50`, `alpha-10`). Pure.
 * Source: the palette of @openai/apps-sdk-ui 0.2, MIT.
 */

const STEPS = ["25", "50", "75", "100", "200", "300", "400", "500", "600", "700", "800", "900", "950", "1000"] as const;

const HUES: Readonly<Record<string, string>> = {
  gray: "fcfcfc f9f9f9 f3f3f3 ededed cdcdcd afafaf 8f8f8f 5d5d5d 414141 303030 212121 181818 131313 0d0d0d",
  green: "edfaf2 d9f4e4 b8ebcc 8cdfad 66d492 40c977 04b84c 00a240 008635 00692a 004f1f 003716 011c0b 001207",
  red: "fff0f0 ffd9d9 ffc6c5 ffa4a2 ff8583 ff6764 fa423e e02e2a ba2623 911e1b 6e1615 4d100e 280b0a 1f0909",
  pink: "fff4f9 ffe8f3 ffd4e8 ffbada ffa3ce ff8cc1 ff66ad e04c91 ba437a 963c67 6e2c4a 4d1f34 29101c 1a0a11",
  orange: "fff5f0 ffe7d9 ffcfb4 ffb790 ff9e6c ff8549 fb6a22 e25507 b9480d 923b0f 6d2e0f 4a2206 281105 211107",
  yellow: "fffbed fff6d9 ffeeb8 ffe48c ffdb66 ffd240 ffc300 e0ac00 ba8e00 916f00 6e5400 4d3b00 261d00 1a1400",
  purple: "f9f5fe efe5fe e0cefd ceb0fb be95fa ad7bf9 924ff7 8046d9 6b3ab4 532d8d 3f226a 2c184a 160c25 100a19",
  blue: "f5faff e5f3ff cce6ff 99ceff 66b5ff 339cff 0285ff 0169cc 004f99 003f7a 013566 00284d 000e1a 000d19",
};

/** Grays turn round in the dark. */
const DARK_GRAYS = "101010 131313 161616 181818 212121 303030 414141 5d5d5d 8f8f8f afafaf cdcdcd ededed f3f3f3 ffffff";

/** The share of the hue in its see-through steps, in percent. */
const SEE_THROUGH: Readonly<Record<string, number>> = { "25": 8, "50": 16, "75": 29, "100": 46, "200": 62, "300": 76 };

/** The CSS colour for a primitive token, or null when it is none. */
export function primitive(token: string): string | null {
  if (token === "white" || token === "black") return token;
  const [, hue, see, step] = /^([a-z]+)-(a)?(\d+)$/.exec(token) ?? [];
  if (hue === undefined || step === undefined) return null;
  if (hue === "alpha") return `color-mix(in oklab, var(--ck-text) ${Number(step)}%, transparent)`;
  if (hue === "white" || hue === "black") return `color-mix(in oklab, ${hue} ${Math.min(100, Number(step) / 10)}%, transparent)`;
  const values = HUES[hue]?.split(" ");
  if (!values) return null;
  if (see !== undefined) {
    const share = SEE_THROUGH[step];
    return share === undefined ? null : `color-mix(in oklab, #${values[6] ?? "888"} ${share}%, transparent)`;
  }
  const at = STEPS.indexOf(step as (typeof STEPS)[number]);
  const value = values[at];
  if (value === undefined) return null;
  return hue === "gray" ? `light-dark(#${value}, #${DARK_GRAYS.split(" ")[at] ?? value})` : `#${value}`;
}
