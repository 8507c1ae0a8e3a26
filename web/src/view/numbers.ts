/** Sizes, shares, durations and lists in the words and digits of a locale. Pure. */

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
const STEP = 1024;

/** Such as "1.5 MB": counted in steps of 1024, as the limits of the options are. */
export function formatBytes(bytes: number, locale: string): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log(bytes) / Math.log(STEP)));
  const value = bytes / STEP ** power;
  const unit = UNITS[power] ?? "byte";
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: power === 0 ? "long" : "short", maximumFractionDigits: value < 10 && power > 0 ? 1 : 0 }).format(value);
}

/** Such as "42 %", of a share from 0 to 1. */
export function formatShare(share: number, locale: string): string {
  return new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 }).format(share);
}

/** A time in the locale's own units, to the second: `1 min 5 s`. */
export function formatDuration(seconds: number, locale: string): string {
  const whole = Math.max(1, Math.round(seconds));
  const parts = [["hour", Math.floor(whole / 3600)], ["minute", Math.floor(whole / 60) % 60], ["second", whole % 60]] as const;
  const texts = parts.filter(([, count]) => count > 0).map(([unit, count]) => new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short" }).format(count));
  return new Intl.ListFormat(locale, { type: "unit", style: "narrow" }).format(texts);
}

/** Such as "a, b and c". */
export function formatList(texts: readonly string[], locale: string): string {
  return new Intl.ListFormat(locale, { type: "conjunction", style: "short" }).format(texts);
}
