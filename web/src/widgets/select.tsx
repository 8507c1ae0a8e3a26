/** A select of our own: a button with a list; long lists can be searched. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Icon } from "../icons/icon";
import { Popover } from "../view/popover";
import { useTranslate } from "../view/translate";
import { type NodeProps, listOf, textOf, useAct, useIsBlocked } from "./context";
import { controlClass, useField } from "./field";

interface Option {
  readonly value: string;
  readonly label: string;
  readonly description?: string | null;
  readonly disabled?: boolean;
}

/** From so many options on, one may search them. */
const SEARCHABLE_FROM = 16;

export function Select({ component, path }: NodeProps) {
  const act = useAct();
  const translate = useTranslate();
  const { name, id, label, isDisabled, labelling } = useField(component);
  const isBlocked = useIsBlocked(component["onChangeAction"]);
  const options = listOf<Option>(component["options"]);
  const [value, setValue] = useState(textOf(component, "defaultValue") ?? "");
  const [anchor, setAnchor] = useState<HTMLButtonElement | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const chosen = options.find((option) => option.value === value);
  const choose = (next: string) => {
    setAnchor(null);
    button.current?.focus();
    if (next === value) return;
    setValue(next);
    act(component["onChangeAction"], path, { auto: "none", extra: { [name]: next } });
  };
  const open = () => {
    if (!isBlocked) setAnchor(button.current);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (anchor || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    open();
  };
  return (
    <span class={component["block"] === true ? "ck-select ck-block" : "ck-select"}>
      <input type="hidden" name={name} value={value} disabled={value === "" || isDisabled} />
      <button
        ref={button}
        type="button"
        id={id}
        class={`${controlClass(component)} ck-select-button`}
        disabled={isDisabled}
        role="combobox"
        aria-haspopup="listbox"
        aria-expanded={anchor !== null}
        {...(anchor && { "aria-controls": `${id}-list` })}
        aria-disabled={isBlocked}
        {...labelling}
        onClick={() => (anchor ? setAnchor(null) : open())}
        onKeyDown={onKeyDown}
      >
        <span class={chosen ? "" : "ck-placeholder"} dir="auto">{chosen?.label ?? textOf(component, "placeholder") ?? translate("select.placeholder")}</span>
        <Icon name="chevron-down" class="ck-small" />
      </button>
      {component["clearable"] === true && value !== "" && !isDisabled && !isBlocked && (
        <button type="button" class="ck-icon-button ck-clear" aria-label={translate("select.clear")} onClick={() => choose("")}><Icon name="close" /></button>
      )}
      {anchor && (
        <Popover anchor={anchor} onClose={() => setAnchor(null)} class="ck-menu ck-select-menu" fitsAnchor>
          <OptionList label={label} options={options} value={value} isSearchable={component["searchable"] === true || (component["searchable"] !== false && options.length >= SEARCHABLE_FROM)} onChoose={choose} onLeave={() => { button.current?.focus(); setAnchor(null); }} listId={`${id}-list`} />
        </Popover>
      )}
    </span>
  );
}

interface OptionListProps {
  readonly label: string;
  readonly options: readonly Option[];
  readonly value: string;
  readonly isSearchable: boolean;
  readonly listId: string;
  readonly onChoose: (value: string) => void;
  /** Tab goes on from the button. */
  readonly onLeave: () => void;
}

function OptionList({ label, options, value, isSearchable, listId, onChoose, onLeave }: OptionListProps) {
  const translate = useTranslate();
  const [query, setQuery] = useState("");
  const list = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const found = useMemo(() => options.filter((option) => option.label.toLowerCase().includes(query.trim().toLowerCase())), [options, query]);
  const [active, setActive] = useState(() => Math.max(0, options.findIndex((option) => option.value === value)));
  const typed = useRef({ text: "", at: 0 });
  useLayoutEffect(() => (search.current ?? list.current)?.focus({ preventScroll: true }), []);
  useEffect(() => list.current?.querySelector("[data-active]")?.scrollIntoView({ block: "nearest" }), [active, found]);
  const go = (to: (now: number) => number) => setActive((now) => Math.max(0, Math.min(found.length - 1, to(now))));
  const pick = () => {
    const option = found[active];
    if (option && !option.disabled) onChoose(option.value);
  };
  const jump = (letter: string, now: number) => {
    typed.current = { text: now - typed.current.at > TYPING_MS ? letter : typed.current.text + letter, at: now };
    const at = found.findIndex((option) => option.label.toLowerCase().startsWith(typed.current.text.toLowerCase()));
    if (at >= 0) setActive(at);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Tab") return onLeave();
    const moves: Record<string, () => void> = { ArrowDown: () => go((now) => now + 1), ArrowUp: () => go((now) => now - 1), Enter: pick, ...(isSearchable ? {} : { Home: () => go(() => 0), End: () => go(() => found.length - 1), " ": pick }) };
    const move = moves[event.key];
    if (move) {
      event.preventDefault();
      move();
    } else if (!isSearchable && event.key.length === 1) jump(event.key, event.timeStamp);
  };
  const pointed = found[active] ? { "aria-activedescendant": `${listId}-${active}` } : {};
  return (
    <div onKeyDown={onKeyDown} class="ck-options">
      {isSearchable && (
        <input
          ref={search}
          type="text"
          class="ck-field ck-control-md"
          role="combobox"
          aria-expanded="true"
          aria-controls={listId}
          aria-autocomplete="list"
          {...pointed}
          aria-label={translate("select.search")}
          placeholder={translate("select.search")}
          value={query}
          onInput={(event) => { setQuery(event.currentTarget.value); setActive(0); }}
        />
      )}
      <div ref={list} id={listId} role="listbox" aria-label={label} tabIndex={isSearchable ? -1 : 0} class="ck-suggestion-list" {...(!isSearchable && pointed)}>
        {found.map((option, index) => (
          <div
            key={option.value}
            id={`${listId}-${index}`}
            role="option"
            class="ck-menu-item"
            aria-selected={option.value === value}
            aria-disabled={option.disabled ?? false}
            data-active={index === active ? "" : undefined}
            onPointerMove={() => setActive(index)}
            onClick={() => { if (!option.disabled) onChoose(option.value); }}
          >
            <span class="ck-menu-text">
              <span dir="auto">{option.label}</span>
              {option.description && <small dir="auto">{option.description}</small>}
            </span>
            {option.value === value && <Icon name="check" class="ck-menu-check" />}
          </div>
        ))}
      </div>
      {found.length === 0 && <p class="ck-menu-empty" role="status">{translate("suggestions.none")}</p>}
    </div>
  );
}

const TYPING_MS = 700;
