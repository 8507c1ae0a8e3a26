/** A month one picks a day from: a grid with one stop for Tab, moved through by the arrow keys. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../icons/icon";
import { useTranslate } from "../view/translate";
import { clamped, firstWeekday, isWithin, moved, toWeekEdge, weeksOf } from "./calendar_days";

export interface CalendarProps {
  readonly value: string;
  readonly min: string;
  readonly max: string;
  readonly locale: string;
  readonly onChoose: (day: string) => void;
}

export function Calendar({ value, min, max, locale, onChoose }: CalendarProps) {
  const translate = useTranslate();
  const [focused, setFocused] = useState(() => clamped(value === "" ? localDay(new Date()) : value, min, max));
  const all = useRef<HTMLDivElement>(null);
  const grid = useRef<HTMLTableElement>(null);
  // The buttons beside the month's name keep the focus when one is pressed.
  const takesFocus = useRef(false);
  const focusDay = () => grid.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus({ preventScroll: true });
  useLayoutEffect(focusDay, []);
  useLayoutEffect(() => {
    if (takesFocus.current) focusDay();
    takesFocus.current = false;
  }, [focused]);
  const isRtl = document.documentElement.dir === "rtl";
  const first = firstWeekday(locale);
  const onGridKey = (event: KeyboardEvent) => {
    const move = moveFor(event, first, isRtl);
    if (!move) return;
    event.preventDefault();
    takesFocus.current = true;
    setFocused((day) => clamped(move(day), min, max));
  };
  const turn = (months: number) => setFocused((day) => clamped(moved(day, { months }), min, max));
  const month = formatOf(locale, { month: "long", year: "numeric" })(focused);
  return (
    <div ref={all} onKeyDown={(event) => stayInside(event, all.current)}>
      <div class="ck-calendar-head">
        <button type="button" class="ck-icon-button" aria-label={translate("date.previousMonth")} onClick={() => turn(-1)}><Icon name="chevron-left" /></button>
        <strong aria-live="polite">{month}</strong>
        <button type="button" class="ck-icon-button" aria-label={translate("date.nextMonth")} onClick={() => turn(1)}><Icon name="chevron-right" /></button>
      </div>
      <table ref={grid} role="grid" aria-label={month} onKeyDown={onGridKey}>
        <Weekdays first={first} locale={locale} />
        <tbody>
          {weeksOf(focused, first).map((week, row) => (
            <tr key={row}>
              {week.map((day, index) => (
                <td key={day ?? index} role="gridcell" aria-selected={day !== null && day === value}>
                  {day !== null && <Day day={day} isFocused={day === focused} isOpen={isWithin(day, min, max)} locale={locale} onChoose={onChoose} />}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Weekdays({ first, locale }: { first: number; locale: string }) {
  // The first of January 2023 was a Sunday.
  const days = Array.from({ length: 7 }, (_, index) => new Date(Date.UTC(2023, 0, 1 + first + index)).toISOString());
  const [long, narrow] = [formatOf(locale, { weekday: "long" }), formatOf(locale, { weekday: "narrow" })];
  return <thead><tr>{days.map((day) => <th key={day} scope="col" abbr={long(day)}>{narrow(day)}</th>)}</tr></thead>;
}

interface DayProps {
  readonly day: string;
  readonly isFocused: boolean;
  readonly isOpen: boolean;
  readonly locale: string;
  readonly onChoose: (day: string) => void;
}

function Day({ day, isFocused, isOpen, locale, onChoose }: DayProps) {
  return (
    <button
      type="button"
      tabIndex={isFocused ? 0 : -1}
      class="ck-day"
      disabled={!isOpen}
      aria-label={formatOf(locale, { dateStyle: "full" })(day)}
      {...(day === localDay(new Date()) && { "aria-current": "date" as const })}
      onClick={() => onChoose(day)}
    >
      {formatOf(locale, { day: "numeric" })(day)}
    </button>
  );
}

function formatOf(locale: string, options: Intl.DateTimeFormatOptions): (day: string) => string {
  const format = new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" });
  return (day) => format.format(new Date(day));
}

/** Where a key leads from a day, if anywhere. */
function moveFor({ key, shiftKey }: KeyboardEvent, first: number, isRtl: boolean): ((day: string) => string) | undefined {
  const forward = isRtl ? -1 : 1;
  const months = shiftKey ? 12 : 1;
  const moves: Record<string, (day: string) => string> = {
    ArrowLeft: (day) => moved(day, { days: -forward }),
    ArrowRight: (day) => moved(day, { days: forward }),
    ArrowUp: (day) => moved(day, { days: -7 }),
    ArrowDown: (day) => moved(day, { days: 7 }),
    PageUp: (day) => moved(day, { months: -months }),
    PageDown: (day) => moved(day, { months }),
    Home: (day) => toWeekEdge(day, first, "start"),
    End: (day) => toWeekEdge(day, first, "end"),
  };
  return moves[key];
}

/** A dialog: Tab goes round in it. */
function stayInside(event: KeyboardEvent, dialog: HTMLElement | null): void {
  if (event.key !== "Tab" || !dialog) return;
  const stops = [...dialog.querySelectorAll<HTMLElement>('button:not([tabindex="-1"], :disabled)')];
  const [first, last] = event.shiftKey ? [stops.at(-1), stops[0]] : [stops[0], stops.at(-1)];
  if (document.activeElement !== last) return;
  event.preventDefault();
  first?.focus();
}

function localDay(date: Date): string {
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}
