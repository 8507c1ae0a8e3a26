/** A button that opens a menu; arrows, Home, End and first letters move in it. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../icons/icon";
import { Popover } from "./popover";

export interface MenuEntry {
  readonly id: string;
  readonly label: string;
  readonly description?: string | undefined;
  readonly icon?: string | undefined;
  readonly disabled?: boolean | undefined;
  /** Given for entries of which one is chosen. */
  readonly checked?: boolean;
  readonly isDangerous?: boolean;
}

interface MenuProps {
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  readonly onPick: (id: string) => void;
  /** What the button shows. */
  readonly children: ComponentChildren;
  readonly class?: string;
  readonly placement?: "top-start" | "bottom-start" | "bottom-end";
}

export function MenuButton({ label, entries, onPick, children, class: className = "ck-icon-button", placement = "top-start" }: MenuProps) {
  const [anchor, setAnchor] = useState<HTMLButtonElement | null>(null);
  const close = () => setAnchor(null);
  const toggle = (event: Event) => setAnchor(anchor ? null : (event.currentTarget as HTMLButtonElement));
  return (
    <>
      <button type="button" class={className} aria-label={label} title={label} aria-haspopup="menu" aria-expanded={anchor !== null} onClick={toggle}>
        {children}
      </button>
      {anchor && (
        <Popover anchor={anchor} onClose={close} placement={placement} class="ck-menu">
          <MenuList label={label} entries={entries} onPick={(id) => { close(); onPick(id); }} onLeave={close} />
        </Popover>
      )}
    </>
  );
}

function MenuList({ label, entries, onPick, onLeave }: { label: string; entries: readonly MenuEntry[]; onPick: (id: string) => void; onLeave: () => void }) {
  const list = useRef<HTMLDivElement>(null);
  const buttons = () => [...(list.current?.querySelectorAll<HTMLButtonElement>("button:not(:disabled)") ?? [])];
  useLayoutEffect(() => {
    const all = buttons();
    (all.find((button) => button.ariaChecked === "true") ?? all[0])?.focus({ preventScroll: true });
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Tab") return onLeave();
    const all = buttons();
    const to = target(event.key, all, all.indexOf(document.activeElement as HTMLButtonElement));
    if (!to) return;
    event.preventDefault();
    to.focus();
  };
  return (
    <div ref={list} role="menu" aria-label={label} onKeyDown={onKeyDown}>
      {entries.map((entry) => (
        <button
          key={entry.id}
          type="button"
          role={entry.checked === undefined ? "menuitem" : "menuitemradio"}
          {...(entry.checked !== undefined && { "aria-checked": entry.checked })}
          class={entry.isDangerous ? "ck-menu-item ck-danger" : "ck-menu-item"}
          disabled={entry.disabled ?? false}
          tabIndex={-1}
          onClick={() => onPick(entry.id)}
        >
          {entry.icon && <Icon name={entry.icon} />}
          <span class="ck-menu-text">
            <span dir="auto">{entry.label}</span>
            {entry.description && <small dir="auto">{entry.description}</small>}
          </span>
          {entry.checked && <Icon name="check" class="ck-menu-check" />}
        </button>
      ))}
    </div>
  );
}

function target(key: string, all: readonly HTMLButtonElement[], at: number): HTMLButtonElement | undefined {
  switch (key) {
    case "ArrowDown":
      return all[(at + 1) % all.length];
    case "ArrowUp":
      return all.at(at <= 0 ? -1 : at - 1);
    case "Home":
      return all[0];
    case "End":
      return all.at(-1);
    default: {
      if (key.length !== 1 || key === " ") return undefined;
      const after = [...all.slice(at + 1), ...all.slice(0, at + 1)];
      return after.find((button) => button.textContent.trim().toLowerCase().startsWith(key.toLowerCase()));
    }
  }
}
