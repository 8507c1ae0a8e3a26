/** The list over the composer while one searches: mentions or commands, in their groups. */
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../../icons/icon";
import { Popover } from "../popover";
import { useTranslate } from "../translate";
import type { Suggestion } from "./use_suggestions";

export const LIST_ID = "ck-suggestions";

interface SuggestionsProps {
  readonly anchor: Element;
  readonly label: string;
  readonly entries: readonly Suggestion[];
  readonly isLoading: boolean;
  readonly active: number;
  readonly onActive: (index: number) => void;
  readonly onPick: (entry: Suggestion) => void;
  readonly onClose: () => void;
}

export function Suggestions(props: SuggestionsProps) {
  const { anchor, label, entries, isLoading, active, onActive, onPick, onClose } = props;
  const translate = useTranslate();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [active, entries]);
  return (
    <Popover anchor={anchor} onClose={onClose} placement="top-start" class="ck-menu ck-suggestions" fitsAnchor isPassive>
      {entries.length === 0 && (
        <p class="ck-menu-empty" role="status">{translate(isLoading ? "suggestions.searching" : "suggestions.none")}</p>
      )}
      <div ref={list} id={LIST_ID} role="listbox" tabIndex={0} class="ck-suggestion-list" aria-label={label} aria-busy={isLoading}>
        {grouped(entries).map(({ group, rows }) => {
          const options = rows.map(({ entry, index }) => (
            <Option key={entry.key} entry={entry} index={index} isActive={index === active} onActive={onActive} onPick={onPick} />
          ));
          if (group === null) return options;
          return (
            <div key={group} role="group" aria-label={group}>
              <p class="ck-menu-group" aria-hidden="true" dir="auto">{group}</p>
              {options}
            </div>
          );
        })}
      </div>
    </Popover>
  );
}

interface OptionProps extends Pick<SuggestionsProps, "onActive" | "onPick"> {
  readonly entry: Suggestion;
  readonly index: number;
  readonly isActive: boolean;
}

function Option({ entry, index, isActive, onActive, onPick }: OptionProps) {
  return (
    <div
      id={optionId(index)}
      role="option"
      class="ck-menu-item"
      aria-selected={isActive}
      onPointerMove={() => onActive(index)}
      // The caret stays in the text: a press may not take the focus away.
      onPointerDown={(event) => event.preventDefault()}
      onClick={() => onPick(entry)}
    >
      <Icon name={entry.icon ?? (entry.kind === "tag" ? "mention" : "bolt")} />
      <span class="ck-menu-text">
        <span dir="auto">{entry.label}</span>
        {entry.description && <small dir="auto">{entry.description}</small>}
      </span>
    </div>
  );
}

export function optionId(index: number): string {
  return `${LIST_ID}-${index}`;
}

interface Group {
  readonly group: string | null;
  readonly rows: { readonly entry: Suggestion; readonly index: number }[];
}

/** Entries by group, in the order in which the groups first come; indexes run through all. */
function grouped(entries: readonly Suggestion[]): readonly Group[] {
  const groups = new Map<string | null, Group>();
  entries.forEach((entry, index) => {
    const group = entry.group ?? null;
    const known = groups.get(group) ?? { group, rows: [] };
    known.rows.push({ entry, index });
    groups.set(group, known);
  });
  return [...groups.values()];
}

/** The entries in the order in which they are shown, so that arrows go down the list. */
export function inShownOrder(entries: readonly Suggestion[]): readonly Suggestion[] {
  return grouped(entries).flatMap(({ rows }) => rows.map(({ entry }) => entry));
}
