/** A date: a button with a calendar; the value is an ISO day. */
import type { Placement } from "@floating-ui/dom";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../icons/icon";
import { Popover } from "../view/popover";
import { useTranslate } from "../view/translate";
import { useHost } from "../view/use_session";
import { firstWeekday, isWithin, moved, weeksOf } from "./calendar_days";
import { type Component, type NodeProps, textOf, useAct } from "./context";
import { controlClass, useField } from "./fields";

export function DatePicker({ component, path }: NodeProps) {
  const act = useAct();
  const translate = useTranslate();
  const locale = useHost().locale();
  const { name, id, isDisabled, labelling } = useField(component);
  const [value, setValue] = useState(dayOf(component, "defaultValue"));
  const [anchor, setAnchor] = useState<HTMLButtonElement | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const shown = value === "" ? null : new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(value));
  const choose = (next: string) => {
    setAnchor(null);
    button.current?.focus();
    if (next === value) return;
    setValue(next);
    act(component["onChangeAction"], path, { auto: "none", extra: { [name]: next } });
  };
  const align = textOf(component, "align") ?? "start";
  const placement = `${textOf(component, "side") ?? "bottom"}${align === "center" ? "" : `-${align}`}` as Placement;
  return (
    <span class={component["block"] === true ? "ck-select ck-block" : "ck-select"}>
      <input type="hidden" name={name} value={value} disabled={value === "" || isDisabled} />
      <button
        ref={button}
        type="button"
        id={id}
        class={`${controlClass(component)} ck-select-button`}
        disabled={isDisabled}
        aria-haspopup="dialog"
        aria-expanded={anchor !== null}
        {...(labelling["aria-label"] !== undefined && { "aria-label": `${labelling["aria-label"]}${shown ? `: ${shown}` : ""}` })}
        onClick={() => setAnchor(anchor ? null : button.current)}
      >
        <Icon name="calendar" />
        <span class={shown ? "" : "ck-placeholder"} dir="auto">{shown ?? textOf(component, "placeholder") ?? translate("date.placeholder")}</span>
      </button>
      {component["clearable"] === true && value !== "" && !isDisabled && (
        <button type="button" class="ck-icon-button ck-clear" aria-label={translate("date.clear")} onClick={() => choose("")}><Icon name="close" /></button>
      )}
      {anchor && (
        <Popover anchor={anchor} onClose={() => setAnchor(null)} placement={placement} role="dialog" aria-label={translate("date.placeholder")} class="ck-calendar">
          <Calendar value={value} min={dayOf(component, "min")} max={dayOf(component, "max")} locale={locale} onChoose={choose} />
        </Popover>
      )}
    </span>
  );
}

function dayOf(component: Component, prop: string): string {
  const day = (textOf(component, prop) ?? "").slice(0, 10);
  return /^\d{4}-\d{2}-\d{2}$/.test(day) ? day : "";
}

interface CalendarProps {
  readonly value: string;
  readonly min: string;
  readonly max: string;
  readonly locale: string;
  readonly onChoose: (day: string) => void;
}

function Calendar({ value, min, max, locale, onChoose }: CalendarProps) {
  const translate = useTranslate();
  const today = localDay(new Date());
  const [focused, setFocused] = useState(() => start(value, today, min, max));
  const grid = useRef<HTMLTableElement>(null);
  useEffect(() => grid.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus({ preventScroll: true }), [focused]);
  const isRtl = document.documentElement.dir === "rtl";
  const onKeyDown = (event: KeyboardEvent) => {
    const change = stepFor(event, isRtl);
    if (!change) return;
    event.preventDefault();
    const next = moved(focused, change);
    if (isWithin(next, min, max)) setFocused(next);
  };
  const first = firstWeekday(locale);
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" });
  const weekdays = Array.from({ length: 7 }, (_, index) => new Date(Date.UTC(2023, 0, 1 + first + index)));
  const turn = (months: number) => setFocused(clamp(moved(focused, { months }), min, max));
  return (
    <>
      <div class="ck-calendar-head">
        <button type="button" class="ck-icon-button" aria-label={translate("date.previousMonth")} onClick={() => turn(-1)}><Icon name={isRtl ? "chevron-right" : "chevron-left"} /></button>
        <strong aria-live="polite">{format({ month: "long", year: "numeric" }).format(new Date(focused))}</strong>
        <button type="button" class="ck-icon-button" aria-label={translate("date.nextMonth")} onClick={() => turn(1)}><Icon name={isRtl ? "chevron-left" : "chevron-right"} /></button>
      </div>
      <table ref={grid} role="grid" aria-label={format({ month: "long", year: "numeric" }).format(new Date(focused))} onKeyDown={onKeyDown}>
        <thead>
          <tr>{weekdays.map((day) => <th key={day.getTime()} scope="col" abbr={format({ weekday: "long" }).format(day)}>{format({ weekday: "narrow" }).format(day)}</th>)}</tr>
        </thead>
        <tbody>
          {weeksOf(focused, first).map((week, row) => (
            <tr key={row}>
              {week.map((day, index) => (
                <td key={day ?? index} role="gridcell" aria-selected={day !== null && day === value}>
                  {day !== null && (
                    <button
                      type="button"
                      tabIndex={day === focused ? 0 : -1}
                      class="ck-day"
                      disabled={!isWithin(day, min, max)}
                      aria-label={format({ dateStyle: "full" }).format(new Date(day))}
                      {...(day === today && { "aria-current": "date" as const })}
                      onClick={() => onChoose(day)}
                    >
                      {format({ day: "numeric" }).format(new Date(day))}
                    </button>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function stepFor({ key }: KeyboardEvent, isRtl: boolean): { days?: number; months?: number } | undefined {
  const forward = isRtl ? -1 : 1;
  const steps: Record<string, { days?: number; months?: number }> = {
    ArrowLeft: { days: -forward }, ArrowRight: { days: forward }, ArrowUp: { days: -7 }, ArrowDown: { days: 7 }, PageUp: { months: -1 }, PageDown: { months: 1 },
  };
  return steps[key];
}

function start(value: string, today: string, min: string, max: string): string {
  return clamp(value === "" ? today : value, min, max);
}

function clamp(day: string, min: string, max: string): string {
  if (min !== "" && day < min) return min;
  return max !== "" && day > max ? max : day;
}

function localDay(date: Date): string {
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}
