/** Days of a month as a calendar shows them. Days are ISO texts; no time zones. Pure. */

export function iso(year: number, month: number, day: number): string {
  return new Date(Date.UTC(year, month, day)).toISOString().slice(0, 10);
}

/** The day so many days or months later; a month's end stays within the month. */
export function moved(day: string, { days = 0, months = 0 }: { days?: number; months?: number }): string {
  const [year, month, date] = parts(day);
  const last = new Date(Date.UTC(year, month + months + 1, 0)).getUTCDate();
  return iso(year, month + months, Math.min(date, last) + days);
}

function parts(day: string): [number, number, number] {
  const [year = 1970, month = 1, date = 1] = day.split("-").map(Number);
  return [year, month - 1, date];
}

/** Weeks of the month that holds the day; days of other months are null. */
export function weeksOf(day: string, firstWeekday: number): (string | null)[][] {
  const [year, month] = parts(day);
  const count = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const lead = (new Date(Date.UTC(year, month, 1)).getUTCDay() - firstWeekday + 7) % 7;
  const cells: (string | null)[] = Array.from({ length: lead }, () => null);
  for (let date = 1; date <= count; date += 1) cells.push(iso(year, month, date));
  while (cells.length % 7 > 0) cells.push(null);
  return Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(week * 7, week * 7 + 7));
}

/** The weekday a week starts with in a locale: 0 is Sunday; Monday where nobody knows. */
export function firstWeekday(locale: string): number {
  type WithWeek = Intl.Locale & { getWeekInfo?: () => { firstDay: number }; weekInfo?: { firstDay: number } };
  const known = new Intl.Locale(locale) as WithWeek;
  return (known.getWeekInfo?.() ?? known.weekInfo ?? { firstDay: 1 }).firstDay % 7;
}

/** The first or the last day of the day's week. */
export function toWeekEdge(day: string, firstWeekday: number, edge: "start" | "end"): string {
  const [year, month, date] = parts(day);
  const since = (new Date(Date.UTC(year, month, date)).getUTCDay() - firstWeekday + 7) % 7;
  return moved(day, { days: edge === "start" ? -since : 6 - since });
}

/** The day, or the nearest one that may be picked. */
export function clamped(day: string, min: string, max: string): string {
  if (min !== "" && day < min) return min;
  return max !== "" && day > max ? max : day;
}

export function isWithin(day: string, min: string, max: string): boolean {
  return (min === "" || day >= min) && (max === "" || day <= max);
}
