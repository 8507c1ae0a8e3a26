/** A date: a button with a calendar; the value is an ISO day. */
import type { Placement } from "@floating-ui/dom";
import type { ComponentType } from "preact";
import { useEffect, useReducer, useRef, useState } from "preact/hooks";
import { Icon } from "../icons/icon";
import { Popover } from "../view/popover";
import { useTranslate } from "../view/translate";
import { useHost } from "../view/use_session";
import { part } from "../view/parts";
import type { CalendarProps } from "./calendar";
import { type Component, type NodeProps, textOf, useAct, useIsBlocked } from "./context";
import { controlClass, useField } from "./field";

export function DatePicker({ component, path }: NodeProps) {
  const act = useAct();
  const translate = useTranslate();
  const locale = useHost().locale();
  const { name, id, label, isLabelled, isDisabled } = useField(component);
  const isBlocked = useIsBlocked(component["onChangeAction"]);
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
        aria-disabled={isBlocked}
        {...(isLabelled ? { "aria-labelledby": `${id}-label ${id}-value` } : { "aria-label": shown === null ? label : `${label}: ${shown}` })}
        onFocus={() => void load().catch(() => undefined)}
        onClick={() => setAnchor(anchor !== null || isBlocked ? null : button.current)}
      >
        <Icon name="calendar" />
        <span id={`${id}-value`} class={shown ? "" : "ck-placeholder"} dir="auto">{shown ?? textOf(component, "placeholder") ?? translate("date.placeholder")}</span>
      </button>
      {component["clearable"] === true && value !== "" && !isDisabled && !isBlocked && (
        <button type="button" class="ck-icon-button ck-clear" aria-label={translate("date.clear")} onClick={() => choose("")}><Icon name="close" /></button>
      )}
      {anchor && (
        <Popover anchor={anchor} onClose={() => setAnchor(null)} placement={placement} role="dialog" aria-label={translate("date.placeholder")} class="ck-calendar">
          <LazyCalendar value={value} min={dayOf(component, "min")} max={dayOf(component, "max")} locale={locale} onChoose={choose} />
        </Popover>
      )}
    </span>
  );
}

let Drawn: ComponentType<CalendarProps> | null = null;

/** Loads the calendar when somebody is about to open the first one. */
async function load(): Promise<void> {
  Drawn ??= (await part(import("./calendar"))).Calendar;
}

function LazyCalendar(props: CalendarProps) {
  const [, render] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    let isShown = true;
    if (!Drawn) load().then(() => isShown && render(undefined), () => undefined);
    return () => {
      isShown = false;
    };
  }, []);
  return Drawn ? <Drawn {...props} /> : <div class="ck-skeleton" />;
}

function dayOf(component: Component, prop: string): string {
  const day = (textOf(component, prop) ?? "").slice(0, 10);
  return /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day)) ? day : "";
}
